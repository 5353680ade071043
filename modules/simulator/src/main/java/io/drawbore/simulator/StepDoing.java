package io.drawbore.simulator;

import io.drawbore.api.Caller;
import io.drawbore.proto.raftpb.Message;
import io.drawbore.proto.raftpb.MessageType;
import java.util.List;

/**
 * Does the steps of a plan.
 *
 * @param cluster what most of them are done to
 * @param clients who asks for keys and watches
 * @param operators who changes the members
 */
record StepDoing(SimulatedCluster cluster, Clients clients, Operators operators) {
    void happen(Step step) {
        cluster.trace().add(Trace.Fact.STEP, cluster.schedule().now(), 0, 0);
        cluster.tally().count(step);
        switch (step) {
            case Step.Fault fault -> happen(fault);
            case Step.Ask ask -> clients.ask(ask);
            case Step.Keep keep -> clients.keep(keep);
            case Step.Alarm alarm when machine(alarm.machine()).isRunning() ->
                operators.alarm(machine(alarm.machine()), machine(alarm.of()).id(), alarm.raised());
            case Step.Alarm _ -> { }
            case Step.Downgrade downgrade when machine(downgrade.machine()).isRunning() ->
                operators.downgrade(machine(downgrade.machine()), downgrade.enabled());
            case Step.OldEntry old when machine(old.machine()).isRunning() ->
                old(machine(old.machine()), old.choice());
            case Step.Downgrade _, Step.OldEntry _ -> { }
            case Step.RunAs as -> runAs(machine(as.machine()), as.version());
            case Step.Watch watch -> clients.watch(watch);
            case Step.TouchWatch touch -> clients.touch(touch);
            case Step.MoveLeader move -> moveLeader(machine(move.to()));
            case Step.AddMember add when machine(add.by()).isRunning() ->
                operators.add(machine(add.by()), add.learner());
            case Step.Promote promote when machine(promote.by()).isRunning() ->
                operators.promote(machine(promote.by()));
            case Step.RemoveMember remove when machine(remove.by()).isRunning() ->
                operators.remove(machine(remove.by()), machine(remove.machine()));
            case Step.TakeSnapshot take -> clients.takeSnapshot(take);
            case Step.AddMember _, Step.Promote _, Step.RemoveMember _ -> { }
            case Step.Defragment defragment -> {
                Machine machine = machine(defragment.machine());
                if (machine.isRunning()) {
                    machine.soon(() -> {
                        var _ = machine.server().defragment(Caller.SELF);
                    });
                }
            }
        }
    }

    private Machine machine(int number) {
        return cluster.machines().get(number);
    }

    private void old(Machine machine, long choice) {
        OldWriter writer = new OldWriter(machine);
        List<Long> members = cluster.machines().stream().map(Machine::id).toList();
        writer.write(OldWriter.drawn(choice, members, clients.leases()));
    }

    private void runAs(Machine machine, String version) {
        machine.kill();
        cluster.network().says(machine.id(), version);
        boolean _ = machine.start();
    }

    private void happen(Step.Fault fault) {
        Network network = cluster.network();
        switch (fault) {
            case Step.Weather weather -> network.weather(weather.weather());
            case Step.Cut cut -> network.cut(machine(cut.from()).id(), machine(cut.to()).id());
            case Step.Split split -> split(split.side());
            case Step.Heal _ -> network.heal();
            case Step.LoseStream lost -> {
                network.lose(machine(lost.one()).id(), machine(lost.other()).id());
                network.lose(machine(lost.other()).id(), machine(lost.one()).id());
            }
            case Step.Pause pause -> machine(pause.machine()).pause(pause.time());
            case Step.Kill kill -> machine(kill.machine()).kill();
            case Step.LosePower lost -> machine(lost.machine()).losePower(lost.survival());
            case Step.Blackout blackout ->
                cluster.machines().forEach(machine -> machine.losePower(blackout.survival()));
            case Step.Start start -> {
                if (!machine(start.machine()).isRunning()) {
                    boolean _ = machine(start.machine()).start();
                }
            }
            case Step.SlowSyncs slow -> machine(slow.machine()).slowSyncs(slow.most());
            case Step.FillDisk full -> machine(full.machine()).fillDisk(full.bytesLeft());
            case Step.FailSyncs failing -> machine(failing.machine()).failSyncs(failing.choice());
            case Step.LieAboutSyncs lie -> machine(lie.machine()).lieAboutSyncs();
            case Step.SpoilSnapshot _ -> network.post().spoilNext();
            case Step.FlipBit flip -> {
                machine(flip.machine()).kill();
                machine(flip.machine()).flipBit(flip.choice());
            }
            case Step.Jump jump -> machine(jump.machine()).jump(jump.ahead());
        }
    }

    private void split(int side) {
        List<Machine> machines = cluster.machines();
        for (int one = 0; one < machines.size(); one++) {
            for (int other = 0; other < machines.size(); other++) {
                if ((side >> one & 1) != (side >> other & 1)) {
                    cluster.network().cut(machines.get(one).id(), machines.get(other).id());
                }
            }
        }
    }

    /** Every member is asked; only the one that leads does it. */
    private void moveLeader(Machine to) {
        for (Machine machine : cluster.machines()) {
            if (machine.isRunning() && !machine.equals(to)) {
                machine.server().receive(Message.newBuilder()
                        .setType(MessageType.MsgTransferLeader)
                        .setFrom(to.id())
                        .setTo(machine.id())
                        .build());
            }
        }
    }
}
