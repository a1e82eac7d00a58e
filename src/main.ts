import { execute } from '@oclif/core/execute';

/** Runs the command line; every command ends in `BaseCommand.catch` with its exit code. */
export async function main(directory: string): Promise<void> {
  await execute({ dir: directory });
}
