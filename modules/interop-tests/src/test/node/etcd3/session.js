// A session of the npm client etcd3, told line by line without what differs from run to run. Argument: the endpoint.
'use strict';

const { Etcd3 } = require('etcd3');

const tell = (...words) => console.log(...words.map(word => (Array.isArray(word) ? `[${word.join(', ')}]` : word)));
const text = bytes => JSON.stringify(bytes.toString());

// Its errors keep only the start of gRPC's text; the class and what the server said are what we compare.
const refusal = async promise => {
  try {
    await promise;
    return 'no error';
  } catch (error) {
    return `${error.constructor.name}: ${error.message}`;
  }
};

const event = (emitter, name) => new Promise(resolve => emitter.once(name, (...values) => resolve(values)));

const pairs = found => Object.entries(found).map(([key, value]) => `${key}=${value}`).join(' ');

async function puts(client) {
  for (const key of ['a', 'b', 'c/1', 'c/2', 'c/3']) {
    const answer = await client.put(key).value(`1 of ${key}`);
    tell('put', key, 'at', answer.header.revision);
  }
  const previous = await client.put('a').value('2 of a').getPrevious();
  tell('put a over', text(previous.value), 'of', previous.mod_revision);
  const touched = await client.put('a').touch();
  tell('touched a at', touched.header.revision);
  tell('number', (await client.put('n').value(42)).header.revision, await client.get('n').number());
}

async function gets(client) {
  tell('a is', await client.get('a').string(), 'exists', await client.get('a').exists());
  tell('nothing is', await client.get('nothing'), 'exists', await client.get('nothing').exists());
  tell('a was', await client.get('a').revision(2));
  tell('serializable', await client.get('b').serializable(true));
  tell('prefix', pairs(await client.getAll().prefix('c/').strings()));
  tell('keys', await client.getAll().prefix('c/').keys());
  tell('count', await client.getAll().prefix('c/').count(), 'of', await client.getAll().count());
  tell('limit', await client.getAll().limit(2).keys());
  tell('range', await client.getAll().inRange({ start: 'b', end: 'c/2' }).keys());
  tell('descending', await client.getAll().prefix('c/').sort('Key', 'Descend').keys());
  tell('by version', await client.getAll().sort('Version', 'Descend').limit(1).keys());
  tell('by modification', await client.getAll().sort('Mod', 'Ascend').keys());
  tell('created from 4', await client.getAll().minCreateRevision(4).keys());
  tell('modified until 4', await client.getAll().maxModRevision(4).keys());
  const answer = await client.getAll().prefix('c/').limit(1).exec();
  tell('more', answer.more, 'count', answer.count, 'at', answer.header.revision);
  for (const kv of answer.kvs) {
    tell(' ', text(kv.key), text(kv.value), kv.create_revision, kv.mod_revision, kv.version, kv.lease);
  }
  tell('future:', await refusal(client.get('a').revision(1000).exec()));
  tell('empty key:', await refusal(client.put('').value('x').exec()));
}

async function deletes(client) {
  tell('deleted', (await client.delete().key('b')).deleted, (await client.delete().key('b')).deleted);
  const previous = await client.delete().range(client.range({ start: 'c/2', end: 'c/9' })).getPrevious();
  tell('deleted', previous.map(kv => text(kv.key)));
}

async function namespaces(client) {
  const team = client.namespace('team/');
  await team.put('x').value('1');
  await team.namespace('deep/').put('y').value('2');
  tell('within', await team.getAll().keys(), 'without', await client.getAll().prefix('team/').keys());
  const done = await team.if('x', 'Value', '==', '1').then(team.get('x')).commit();
  tell('txn within', done.succeeded, text(done.responses[0].response_range.kvs[0].key));
  tell('deleted within', (await team.delete().all()).deleted);
}

async function txns(client) {
  for (const version of [3, 9]) {
    const answer = await client
      .if('a', 'Version', '==', version)
      .and('nothing', 'Create', '==', 0)
      .and('a', 'Mod', '>', 1)
      .then(client.put('a').value('3 of a'), client.delete().key('n'), client.get('a'))
      .else(client.get('a'), client.put('else').value('yes'))
      .commit();
    tell('txn', answer.succeeded, 'at', answer.header.revision, answer.responses.map(one => one.response).join(' '));
  }
  const twice = client.if('a', 'Value', '!=', 'x').then(client.put('t').value('1'), client.put('t').value('2'));
  tell('twice:', await refusal(twice.commit()));
}

async function leases(client) {
  const lease = client.lease(30, { autoKeepAlive: false });
  const id = await lease.grant();
  await lease.put('leased/1').value('1');
  await client.put('leased/2').value('2').lease(id);
  await client.put('leased/2').ignoreLease().value('3');
  const kvs = (await client.getAll().prefix('leased/').exec()).kvs;
  tell('leased', kvs.map(kv => `${text(kv.key)} ${kv.lease === id}`));
  const told = await client.leaseClient.leaseTimeToLive({ ID: id, keys: true });
  tell('time to live', told.grantedTTL, told.TTL <= 30 && told.TTL >= 0, told.keys.map(text).sort());
  tell('listed', (await client.leaseClient.leaseLeases()).leases.filter(one => one.ID === id).length);
  tell('kept', (await lease.keepaliveOnce()).TTL);
  const before = await client.get('leased/1').exec();
  await lease.revoke();
  const after = await client.getAll().prefix('leased/').exec();
  tell('revoked', lease.revoked(), 'left', after.kvs.length, 'by', after.header.revision - before.header.revision);
  tell('revoked again:', await refusal(client.leaseClient.leaseRevoke({ ID: id })));
  tell('kept once more:', (await refusal(lease.keepaliveOnce())).replace(id, 'ID'));
  tell('put:', await refusal(client.put('leased/3').value('1').lease(id).exec()));
  tell('unknown:', (await client.leaseClient.leaseTimeToLive({ ID: '4711', keys: true })).TTL);
  tell('same id:', (await client.leaseClient.leaseGrant({ ID: '77', TTL: 30 })).TTL,
    await refusal(client.leaseClient.leaseGrant({ ID: '77', TTL: 30 })));
  tell('too long:', await refusal(client.leaseClient.leaseGrant({ TTL: '9000000001' })));
  await client.leaseClient.leaseRevoke({ ID: '77' });
}

// Renews by itself; what is revoked behind its back is told as lost.
async function lostLease(client) {
  // Renewed each third of it, and not lost too early where the machine stands still for the rest.
  const lease = client.lease(9);
  const lost = event(lease, 'lost');
  const kept = await event(lease, 'keepaliveSucceeded');
  tell('renewed to', kept[0].TTL);
  await lease.put('lost').value('soon');
  await client.leaseClient.leaseRevoke({ ID: await lease.grant() });
  const [error] = await lost;
  tell('lost', error.constructor.name, 'gone', (await client.get('lost')) === null);
}

async function expiry(client) {
  const watcher = await client.watch().prefix('short/').only('delete').withPreviousKV().create();
  const gone = event(watcher, 'data');
  // Long enough for keys to be put on it before it ends.
  const lease = client.lease(6, { autoKeepAlive: false });
  await lease.put('short/b').value('1');
  await lease.put('short/a').value('2');
  const [answer] = await gone;
  const together = new Set(answer.events.map(one => one.kv.mod_revision)).size === 1;
  tell('expired', answer.events.map(one => `${text(one.kv.key)} was ${text(one.prev_kv.value)}`), 'at once', together);
  await watcher.cancel();
}

async function watches(client) {
  const watcher = await client.watch().prefix('w/').withPreviousKV().create();
  const seen = [];
  const all = new Promise(resolve => {
    watcher.on('put', (kv, previous) => {
      seen.push(`put ${text(kv.key)}=${text(kv.value)} over ${previous ? text(previous.value) : 'nothing'}`);
    });
    watcher.on('delete', (kv, previous) => {
      seen.push(`delete ${text(kv.key)} was ${text(previous.value)}`);
      resolve();
    });
  });
  const first = (await client.put('w/1').value('1')).header.revision;
  await client.put('other').value('1');
  await client.put('w/1').value('2');
  await client.if('w/1', 'Value', '==', '2').then(client.put('w/2').value('1'), client.put('w/3').value('1')).commit();
  await client.delete().key('w/1');
  await all;
  tell('watched', seen);
  await watcher.cancel();

  // What was comes in the same breath as the creation: whoever awaits that first may hear of nothing.
  const late = client.watch().prefix('w/').only('put').startRevision(first).watcher();
  const [answer] = await event(late, 'data');
  tell('watched late', answer.events.map(one => `${one.type} ${text(one.kv.key)}`));
  await late.cancel();

  const progress = client.watch().key('w/quiet').watcher();
  const [created] = await event(progress, 'connected');
  tell('created', created.created, 'events', created.events.length);
  await progress.cancel();

  await client.kv.compact({ revision: (await client.get('w/2').exec()).header.revision, physical: true });
  const compacted = client.watch().prefix('w/').startRevision('2').watcher();
  const [error] = await event(compacted, 'error');
  tell('compacted:', error.constructor.name, error.message);
  tell('compacted get:', await refusal(client.get('a').revision(2).exec()));
}

async function locks(client) {
  const order = [];
  const lock = await client.lock('door').ttl(10).acquire();
  tell('locked, again:', await refusal(client.lock('door').ttl(10).acquire()));
  await lock.release();
  await client.lock('door').do(() => order.push('second'));
  tell('unlocked', order, await client.getAll().prefix('door').count());
}

async function elections(client) {
  const election = client.election('chair', 10);
  tell('nobody', await election.leader());
  const first = election.campaign('first');
  await event(first, 'elected');
  const observer = await election.observe();
  tell('leader', await election.leader(), 'observed', observer.leader());
  const second = election.campaign('second');
  const elected = event(second, 'elected');
  // The client looks who is before it and only then watches: whoever resigns in between is waited for without end. Its
  // watches are created in order, so once another one stands, that of the second candidate does.
  await event(second, '_isWaiting');
  await (await client.watch().key('chairs').create()).cancel();
  await first.proclaim('still first');
  tell('leader', await election.leader());
  const changed = new Promise(resolve => observer.on('change', name => name === 'second' && resolve(name)));
  await first.resign();
  await elected;
  tell('leader', await election.leader(), 'observed', await changed);
  await observer.cancel();
  await second.resign();
  tell('nobody', await election.leader());
}

async function stm(client) {
  await client.put('stm/count').value(0);
  const increment = () => client.stm({ retries: 50 }).transact(async tx => {
    const count = await tx.get('stm/count').number();
    await tx.put('stm/count').value(count + 1);
    await tx.put(`stm/${count}`).value('was here');
  });
  await Promise.all(Array.from({ length: 8 }, increment));
  tell('counted', await client.get('stm/count').number(), await client.getAll().prefix('stm/').count());
}

async function operators(client) {
  const status = await client.maintenance.status();
  tell('status', status.version, 'leads', status.leader === status.header.member_id, Number(status.dbSize) > 0);
  tell('alarms', (await client.maintenance.alarm({ action: 'Get', memberID: '0', alarm: 'None' })).alarms.length);
  await client.maintenance.defragment();
  const hash = await client.maintenance.hash();
  tell('hash', hash.hash > 0, hash.header.revision);
  const snapshot = await client.maintenance.snapshot();
  const size = await new Promise((resolve, reject) => {
    let bytes = 0;
    snapshot.on('data', part => { bytes += part.blob.length; });
    snapshot.on('end', () => resolve(bytes));
    snapshot.on('error', reject);
  });
  tell('snapshot, pages', size > 0, 'and a hash', size % 512);
}

async function main() {
  const client = new Etcd3({ hosts: process.argv[2] });
  for (const part of [puts, gets, deletes, namespaces, txns, leases, lostLease, expiry, watches, locks, elections, stm,
    operators]) {
    tell(`-- ${part.name}`);
    await part(client);
  }
  client.close();
}

main().then(() => process.exit(0), failed => {
  console.log('failed:', failed);
  process.exit(1);
});
