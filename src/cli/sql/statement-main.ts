/**
 * The program in which `navi sql` runs a statement: nothing but SQLite and what formats rows, so that it is there soon and can
 * be killed at any time. It writes the rows to standard output itself; see `StatementRequest` and `StatementReport`.
 */
import { readSync, writeSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { NaviError } from '../../errors/navi-error.ts';
import { OutputClosed } from '../../output/stdout.ts';
import { loadDriver } from '../../store/open-handle.ts';
import { answerStatement, told } from './answer-statement.ts';
import { reportDescriptor, type StatementReport, type StatementRequest } from './statement-request.ts';

/**
 * Starts the guard, as late as can be: it costs more than most statements, and runs beside them. Up to here nothing takes long.
 */
function startGuard(): void {
  const parentPid = Number(process.argv[2]);
  const guard = new Worker(new URL('statement-guard.js', import.meta.url), {
    workerData: { parentPid },
    // Nothing is written there; else standard output is opened for it.
    stdout: true,
    stderr: true,
  });
  guard.unref();
}

// While the parent reads what it was told.
loadDriver();

function tell(report: StatementReport): void {
  writeSync(reportDescriptor, `${JSON.stringify(report)}\n`);
}

/** The line that the parent writes; undefined where it ends without one. */
function requestLine(): string | undefined {
  const chunks: Buffer[] = [];
  for (;;) {
    const chunk = Buffer.allocUnsafe(64 * 1024);
    const count = readSync(0, chunk);
    if (count === 0) return undefined;
    chunks.push(chunk.subarray(0, count));
    if (chunk[count - 1] === 0x0a) return Buffer.concat(chunks).toString('utf8');
  }
}

function failure(error: unknown): StatementReport {
  if (error instanceof OutputClosed) return { kind: 'unread' };
  if (error instanceof NaviError) return { kind: 'failed', error: told(error) };
  return { kind: 'bug', stack: error instanceof Error ? (error.stack ?? error.message) : String(error) };
}

async function answer(line: string): Promise<StatementReport> {
  try {
    return await answerStatement(JSON.parse(line) as StatementRequest, {
      beforeRows: startGuard,
      whenRead: () => tell({ kind: 'read' }),
    });
  } catch (error) {
    return failure(error);
  }
}

async function main(): Promise<void> {
  const line = requestLine();
  if (line !== undefined) tell(await answer(line));
  process.exit();
}

void main();
