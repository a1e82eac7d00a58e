import { readConfig } from '../../config/read-config.ts';
import { NaviError } from '../../errors/navi-error.ts';
import { ActionTable, type StoredAction } from '../../store/action-table.ts';
import { userFile } from '../../store/data-directory.ts';
import { openUserReader, openUserWriter } from '../../store/user-store.ts';
import { openDataDirectory } from '../open-data-directory.ts';
import type { QueueKept } from './entry-text.ts';

/** Every action of the queue, settled ones too, in the order in which they were queued. @throws what `openUserReader` throws */
export function readQueue(): readonly StoredAction[] {
  const reader = openUserReader(userFile(openDataDirectory(process.env)));
  if (reader === undefined) return [];
  try {
    return reader.read((tables) => tables.of(ActionTable).all());
  } finally {
    reader.close();
  }
}

/** Changes the queue, all of it or nothing. @throws what `openUserWriter` throws */
export async function changeQueue<T>(work: (actions: ActionTable) => T): Promise<T> {
  const writer = await openUserWriter(userFile(openDataDirectory(process.env)));
  try {
    return writer.change((tables) => work(tables.of(ActionTable)));
  } finally {
    writer.close();
  }
}

/** The actions of these numbers, or all where none is given. @throws NAVI_USAGE for a number that there is not */
export function chosenEntries(all: readonly StoredAction[], typed: readonly string[]): readonly StoredAction[] {
  if (typed.length === 0) return all;
  return [...new Set(typed)].map((text) => {
    const found = /^\d{1,15}$/.test(text) ? all.find(({ id }) => id === Number(text)) : undefined;
    if (found !== undefined) return found;
    throw new NaviError('NAVI_USAGE', `there is no queued action ${JSON.stringify(text)}`, {
      hints: ['navi queue list has their numbers'],
    });
  });
}

/** What keeps queued actions from being carried out; a configuration with a fault says nothing of it. */
export function queueKept(): QueueKept {
  try {
    return readConfig(process.env);
  } catch (error) {
    if (error instanceof NaviError) return { isReadOnly: false };
    throw error;
  }
}

/** True for what is not settled. */
export function isUnderWay({ state }: Pick<StoredAction, 'state'>): boolean {
  return state === 'queued' || state === 'sending';
}
