/**
 * Reads a mirror while its daemon writes: a hundred reads a second, as a hundred clients would that read once a second, and a
 * look each 10 ms at what was changed. It ends, and tells over IPC what it saw, once it is sent anything.
 */
import { openReader } from '../src/store/open-reader.ts';
import { sentAtAnnotation } from './ask-churn.ts';
import { largestMirror } from './largest-mirror.ts';

/** Times in ms. */
export interface LiveReads {
  readonly readMs: readonly number[];
  readonly errors: readonly string[];
  /** From sending a change to seeing it, each change that was seen as it was. */
  readonly visibleMs: readonly number[];
}

const lookEveryMs = 10;

const reader = openReader(largestMirror());
if (reader === undefined) throw new Error('there is no mirror');
const { sqlite } = reader;
const keys = sqlite
  .prepare("select key from object where key > 'team-' order by key limit 5000")
  .pluck()
  .all() as string[];
const byKey = sqlite.prepare(
  'select key, json(cells) from object join body on body.object_id = object.id where key = ?',
);
// The order is fixed: by the statistics of a store that was closed while its log was short, SQLite begins with all objects, and
// the looks take most of a core, which the daemon then waits for.
const changes = sqlite.prepare(
  `select change.seq, body.json ->> '$.metadata.annotations."${sentAtAnnotation}"' as sent_at from change
   cross join object on object.type_id = change.type_id and object.key = change.key
   cross join body on body.object_id = object.id where change.seq > ? order by change.seq`,
);
let seq = Number(sqlite.prepare('select coalesce(max(seq), 0) from change').pluck().get());

const readMs: number[] = [];
const visibleMs: number[] = [];
const errors: string[] = [];
let turn = 0;

const timer = setInterval(() => {
  try {
    const startedMs = performance.now();
    byKey.all(keys[(turn * 37) % keys.length]);
    readMs.push(performance.now() - startedMs);
    turn += 1;
    const rows = changes.all(seq) as { readonly seq: number; readonly sent_at: string | null }[];
    const nowMs = Date.now();
    for (const row of rows) if (row.sent_at !== null) visibleMs.push(nowMs - Number(row.sent_at));
    seq = rows.at(-1)?.seq ?? seq;
  } catch (error) {
    errors.push(String(error));
  }
}, lookEveryMs);

process.on('message', () => {
  clearInterval(timer);
  process.send?.({ readMs, errors, visibleMs } satisfies LiveReads);
  reader.close();
  process.disconnect();
});
process.send?.('ready');
