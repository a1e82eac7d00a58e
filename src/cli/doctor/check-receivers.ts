import { counted } from '../../core/counted.ts';
import { NaviError } from '../../errors/navi-error.ts';
import { userFile } from '../../store/data-directory.ts';
import { DeliveryTable, type FailingReceiver } from '../../store/delivery-table.ts';
import { openUserReader } from '../../store/user-store.ts';
import { openDataDirectory } from '../open-data-directory.ts';
import { warning, type Finding } from './finding.ts';

/** Receivers of alerts whose last messages did not arrive. */
export function checkReceivers(env: NodeJS.ProcessEnv): readonly Finding[] {
  try {
    return failingReceivers(env).map(({ receiver, messageCount, error }) =>
      warning(`receiver ${receiver}`, `${counted(messageCount, 'message')} did not arrive: ${error}`, [
        'navi alerts --all -o json tells what they are about; they are tried again',
        `navi config edit: [alerts.receivers.${receiver}] says how it is told`,
      ]),
    );
  } catch (error) {
    // What is wrong with the data directory and user.db is told where these are looked at.
    if (error instanceof NaviError) return [];
    throw error;
  }
}

function failingReceivers(env: NodeJS.ProcessEnv): readonly FailingReceiver[] {
  const reader = openUserReader(userFile(openDataDirectory(env)));
  try {
    return reader?.read((tables) => tables.of(DeliveryTable).failing()) ?? [];
  } finally {
    reader?.close();
  }
}
