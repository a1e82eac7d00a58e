import { setTimeout as pause } from 'node:timers/promises';
import { ActionTable, type StoredAction } from '../../src/store/action-table.ts';
import { userFile } from '../../src/store/data-directory.ts';
import { openUserReader } from '../../src/store/user-store.ts';

/** Everything in the queue of a data directory. */
export function queuedActions(dataDir: string): readonly StoredAction[] {
  const reader = openUserReader(userFile(dataDir));
  if (reader === undefined) return [];
  try {
    return reader.read((tables) => tables.of(ActionTable).all());
  } finally {
    reader.close();
  }
}

/** Resolves with the queue once nothing of it is under way. @throws after a minute, with where it stands */
export async function untilQueueSettled(dataDir: string): Promise<readonly StoredAction[]> {
  const giveUpAtMs = Date.now() + 60_000;
  for (;;) {
    const entries = queuedActions(dataDir);
    if (entries.every(({ state }) => state !== 'queued' && state !== 'sending')) return entries;
    if (Date.now() > giveUpAtMs)
      throw new Error(`not settled: ${JSON.stringify(entries.map(({ id, state, problem }) => [id, state, problem]))}`);
    await pause(20);
  }
}
