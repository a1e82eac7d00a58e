import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { reportDescriptor, type StatementReport, type StatementRequest } from './statement-request.ts';

/** Largest heap of the process (MiB); what SQLite takes is beside it, and the guard counts both. */
const heapMegabytes = 384;

/** How the process of a statement ended. */
export type StatementEnd =
  | Exclude<StatementReport, { kind: 'read' }>
  | { readonly kind: 'timed-out' }
  /** Without a word. */
  | { readonly kind: 'ended'; readonly code: number | null; readonly signal: NodeJS.Signals | null };

/** A process that waits for its statement. It ends with this one. */
export class StatementProcess {
  readonly #child: ChildProcess;
  #startError: Error | undefined;

  private constructor(child: ChildProcess) {
    this.#child = child;
    child.on('error', (error) => {
      this.#startError = error;
    });
    // It may be gone before it was asked; its end says so.
    child.stdin?.on('error', () => undefined);
    this.#hold(false);
  }

  /** @param root folder of the package */
  static start(root: string): StatementProcess {
    const program = join(root, 'dist', 'sql', 'statement-main.js');
    const child = spawn(process.execPath, [`--max-old-space-size=${heapMegabytes}`, program, String(process.pid)], {
      // What an engine says that has run out of memory is no text for people.
      stdio: ['pipe', 'inherit', process.env['NAVI_DEBUG'] === undefined ? 'ignore' : 'inherit', 'pipe'],
      windowsHide: true,
    });
    return new StatementProcess(child);
  }

  /**
   * Runs a statement and resolves with how that went; its rows go to standard output. The process is gone then.
   * @param timeoutMs after which it is killed, unless everything was read by then
   */
  async run(request: StatementRequest, timeoutMs: number): Promise<StatementEnd> {
    const child = this.#child;
    if (this.#startError !== undefined) throw this.#startError;
    this.#hold(true);
    child.stdin?.write(`${JSON.stringify(request)}\n`);
    try {
      return await new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          // Whoever is told that it was stopped finds it gone.
          child.removeAllListeners('close').once('close', () => resolve({ kind: 'timed-out' }));
          child.kill('SIGKILL');
        }, timeoutMs);
        this.#onReport((report) => {
          if (report.kind !== 'out-of-memory') clearTimeout(timer);
          if (report.kind !== 'read') resolve(report);
        });
        child.once('error', reject);
        // The pipes are read to their ends first.
        child.once('close', (code, signal) => {
          clearTimeout(timer);
          resolve({ kind: 'ended', code, signal });
        });
      });
    } finally {
      child.kill('SIGKILL');
      this.#hold(false);
    }
  }

  /** Whether the process keeps this one alive: only while it runs a statement. */
  #hold(isHeld: boolean): void {
    // Pipes to a child are sockets, whatever the types say.
    const handles = [this.#child, ...this.#child.stdio] as (Partial<{ ref(): void; unref(): void }> | null)[];
    for (const handle of handles) (isHeld ? handle?.ref : handle?.unref)?.call(handle);
  }

  #onReport(take: (report: StatementReport) => void): void {
    let text = '';
    const stream = this.#child.stdio[reportDescriptor] as Readable;
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      const lines = (text + chunk).split('\n');
      text = lines.pop() ?? '';
      for (const line of lines) if (line !== '') take(JSON.parse(line) as StatementReport);
    });
  }
}

let waiting: StatementProcess | undefined;

/** Starts the process of a statement that is about to be read: it takes as long as to load this command. */
export function startEarly(root: string): void {
  waiting ??= StatementProcess.start(root);
}

/** The process that was started, for one statement. */
export function startedProcess(): StatementProcess {
  if (waiting === undefined) throw new Error('no process was started for the statement');
  const process = waiting;
  waiting = undefined;
  return process;
}
