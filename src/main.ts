import { handle } from '@oclif/core/handle';
import { run } from '@oclif/core/run';

/**
 * Runs the command line. Commands end in `BaseCommand.catch` with their exit code; what is left are oclif's own usage
 * errors. Output is written synchronously, so that there is nothing to flush.
 * @param directory URL of the program file, from which the package is found.
 */
export async function main(directory: string): Promise<void> {
  try {
    await run(process.argv.slice(2), directory);
  } catch (error) {
    await handle(error instanceof Error ? error : new Error(String(error)));
  }
}
