/**
 * A process in which many command lines of the built navi run one after the other, without a start of Node for each.
 * Asked over IPC, what a command writes goes to the files that are its stdout and stderr; else it runs all lines of a
 * JSON file, on a terminal, and ends.
 */
import { ftruncateSync, readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

/** One command line to run. */
export interface HostedRequest {
  readonly args: readonly string[];
}

/** How it went. */
export interface HostedEnd {
  readonly code: number;
  readonly durationMs: number;
  /** The stack of what no command caught. */
  readonly thrown?: string;
}

class Exited extends Error {
  override readonly name = 'ExitError';
}

const [, , program = '', mainModule = '', lines] = process.argv;
const exit = process.exit.bind(process);
const { main } = (await import(pathToFileURL(mainModule).href)) as { main: (program: string) => Promise<void> };

/** What a command wanted to end the process with; oclif tries again when that throws. */
const exits: number[] = [];

process.exit = (code) => {
  exits.push(Number(code ?? process.exitCode ?? 0));
  throw new Exited();
};

const ownExitCode = (): number => Number(process.exitCode ?? 0);

async function run(args: readonly string[]): Promise<HostedEnd> {
  process.argv = [process.execPath, program, ...args];
  process.exitCode = undefined;
  exits.length = 0;
  const startedAt = performance.now();
  const end = (code: number, thrown?: string): HostedEnd => ({
    code,
    durationMs: performance.now() - startedAt,
    ...(thrown === undefined ? {} : { thrown }),
  });
  try {
    await main(program);
    return end(exits[0] ?? ownExitCode());
  } catch (error) {
    const [first] = exits;
    if (first !== undefined) return end(first);
    return end(1, error instanceof Error ? (error.stack ?? error.message) : String(error));
  } finally {
    process.exitCode = undefined;
    // A command leaves what waits for an interruption to the end of its process.
    for (const name of process.eventNames()) if (String(name).startsWith('SIG')) process.removeAllListeners(name);
  }
}

if (lines === undefined) {
  process.on('message', ({ args }: HostedRequest) => {
    for (const output of [1, 2]) ftruncateSync(output, 0);
    void run(args).then((end) => process.send?.(end));
  });
  process.send?.('ready');
} else {
  for (const args of JSON.parse(readFileSync(lines, 'utf8')) as string[][]) await run(args);
  exit(0);
}
