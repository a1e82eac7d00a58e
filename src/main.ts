import { fileURLToPath } from 'node:url';
import { handle } from '@oclif/core/handle';
import { run } from '@oclif/core/run';
import { errorText } from './errors/error-text.ts';
import { usageError } from './cli/usage-error.ts';
import { emptyCoreDumps } from './util/core-dump.ts';

/**
 * Runs the command line. Commands end in `BaseCommand.catch` with their exit code; what is left are names of commands
 * that do not exist, and bugs. Output is written synchronously, so that there is nothing to flush.
 * @param directory URL of the program file, from which the package is found.
 */
export async function main(directory: string): Promise<void> {
  emptyCoreDumps();
  try {
    // navi has no plugins of oclif's: nothing that lies in the data directory is ever loaded as code.
    await run(withHelp(process.argv.slice(2)), {
      root: fileURLToPath(directory),
      userPlugins: false,
      devPlugins: false,
    });
  } catch (error) {
    if (error instanceof Error && /^command .* not found\.?$/is.test(error.message)) {
      const failure = usageError(error, '');
      process.stderr.write(errorText(failure));
      process.exitCode = failure.exitCode;
      return;
    }
    await handle(error instanceof Error ? error : new Error(String(error)));
  }
}

/** `help COMMAND` and `-h` as `--help`; what follows `--` is left alone. */
function withHelp(argv: readonly string[]): string[] {
  const [first, ...rest] = argv;
  // Behind the name of the command: behind `--` it would be a word like others.
  if (first === 'help') return rest.toSpliced(1, 0, '--help');
  const end = argv.includes('--') ? argv.indexOf('--') : argv.length;
  return argv.map((argument, index) => (argument === '-h' && index < end ? '--help' : argument));
}
