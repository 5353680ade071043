package io.drawbore.tools;

import io.drawbore.api.BackendProvider;
import io.drawbore.api.LogStoreProvider;
import io.drawbore.api.StorageMigrator;
import io.drawbore.api.Vfs;
import java.util.Optional;

/**
 * What the member is made of whose data is looked at.
 *
 * @param vfs where the log and other files lie
 */
record Parts(BackendProvider stores, LogStoreProvider logs, StorageMigrator migrator, Vfs vfs) {
    /**
     * By the flags.
     *
     * @throws ToolException where no plug-in offers what they name
     */
    static Parts chosen(OfflineTools.Offer offer, Arguments arguments) {
        return new Parts(
                one(offer.backend(arguments.text(Flag.BACKEND)), Flag.BACKEND, arguments),
                one(offer.log(arguments.text(Flag.LOG_STORE)), Flag.LOG_STORE, arguments),
                one(offer.storageMigrator(arguments.text(Flag.STORAGE_MIGRATOR)), Flag.STORAGE_MIGRATOR, arguments),
                offer.vfs());
    }

    private static <T> T one(Optional<T> offered, Flag flag, Arguments arguments) {
        return offered.orElseThrow(() -> ToolException.failed("--" + flag.label() + "=" + arguments.text(flag)
                + " is offered by no plug-in; 'drawbore plugins' lists what is"));
    }
}
