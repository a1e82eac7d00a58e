import { createRequire } from 'node:module';
import { Worker } from 'node:worker_threads';

/** The thread: it reads every page of the store in one snapshot. It is plain JavaScript, as no bundler sees it. */
const program = `
const { parentPort, workerData } = require('node:worker_threads');
const Database = require(workerData.driver);
let found = 'ok';
let database;
try {
  database = new Database(workerData.file, { readonly: true, fileMustExist: true, timeout: 5000 });
  found = String(database.pragma('quick_check(1)', { simple: true }));
} catch (error) {
  const damaged = /^SQLITE_(CORRUPT|NOTADB|IOERR_SHORT_READ)/.test(String(error && error.code));
  if (damaged) found = String(error.message);
} finally {
  if (database) database.close();
}
parentPort.postMessage(found);
`;

/**
 * Looks through a whole store for damage, on a thread of its own: a large one takes seconds. Resolves with what is wrong
 * first, or undefined; also undefined where the store cannot be read now, which others tell of.
 */
export async function checkStore(file: string): Promise<string | undefined> {
  const driver = createRequire(import.meta.url).resolve('better-sqlite3');
  const worker = new Worker(program, { eval: true, workerData: { driver, file } });
  // A process that ends does not wait for it.
  worker.unref();
  return await new Promise((resolve) => {
    worker.once('message', (found: string) => resolve(found === 'ok' ? undefined : found));
    worker.once('error', () => resolve(undefined));
    worker.once('exit', () => resolve(undefined));
  });
}
