import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import type { BaseCommand } from './cli/base-command.ts';
import type { runComplete } from './cli/complete/run-complete.ts';
import { errorText } from './errors/error-text.ts';
import { NaviError, systemCodeOf } from './errors/navi-error.ts';
import { writeStderr } from './output/stderr.ts';
import { usageError } from './cli/usage-error.ts';
import { emptyCoreDumps } from './util/core-dump.ts';
import { giveHome } from './util/unknown-user.ts';

/** The word with which shells and kubectl ask what could be typed; no command, since nobody types it. */
const completing = '__complete';

/** A module of src/commands: its one class under the name that this gives it. */
type CommandModule = Readonly<Record<string, typeof BaseCommand>>;

/** The modules of the commands whose names are one word and begin no other name. */
export const commandModules: Readonly<Record<string, () => Promise<CommandModule>>> = {
  annotate: () => import('./commands/annotate.ts'),
  apply: () => import('./commands/apply.ts'),
  certs: () => import('./commands/certs.ts'),
  changes: () => import('./commands/changes.ts'),
  completion: () => import('./commands/completion.ts'),
  containers: () => import('./commands/containers.ts'),
  cordon: () => import('./commands/cordon.ts'),
  delete: () => import('./commands/delete.ts'),
  demo: () => import('./commands/demo.ts'),
  describe: () => import('./commands/describe.ts'),
  diff: () => import('./commands/diff.ts'),
  doctor: () => import('./commands/doctor.ts'),
  events: () => import('./commands/events.ts'),
  export: () => import('./commands/export.ts'),
  get: () => import('./commands/get.ts'),
  history: () => import('./commands/history.ts'),
  images: () => import('./commands/images.ts'),
  label: () => import('./commands/label.ts'),
  login: () => import('./commands/login.ts'),
  logs: () => import('./commands/logs.ts'),
  patch: () => import('./commands/patch.ts'),
  plugins: () => import('./commands/plugins.ts'),
  refresh: () => import('./commands/refresh.ts'),
  releases: () => import('./commands/releases.ts'),
  report: () => import('./commands/report.ts'),
  restart: () => import('./commands/restart.ts'),
  scale: () => import('./commands/scale.ts'),
  search: () => import('./commands/search.ts'),
  sql: () => import('./commands/sql.ts'),
  status: () => import('./commands/status.ts'),
  stop: () => import('./commands/stop.ts'),
  sync: () => import('./commands/sync.ts'),
  top: () => import('./commands/top.ts'),
  tree: () => import('./commands/tree.ts'),
  types: () => import('./commands/types.ts'),
  uncordon: () => import('./commands/uncordon.ts'),
  verify: () => import('./commands/verify.ts'),
  version: () => import('./commands/version.ts'),
  wait: () => import('./commands/wait.ts'),
};

/**
 * Runs the command line. Commands end in `BaseCommand.catch` with their exit code; what is left are names of commands
 * that do not exist, and bugs. Output is written synchronously, so that there is nothing to flush.
 * @param program path of the program file, in a folder of the package
 */
export async function main(program: string): Promise<void> {
  emptyCoreDumps();
  giveHome(process.env);
  const root = dirname(dirname(program));
  if (process.argv[2] === completing) {
    // A program of its own: what commands share has oclif in it.
    const completion = createRequire(program)('../dist/complete/run-complete.js') as {
      runComplete: typeof runComplete;
    };
    return await completion.runComplete(process.argv.slice(3), root);
  }
  try {
    const argv = withHelp(process.argv.slice(2));
    await startStatement(argv, root);
    if (await runNamed(argv)) return;
    if (await greet(argv)) return;
    if (await runAsPlugin(argv)) return;
    const { runOclif } = await import('./cli/plugins/run-oclif.ts');
    // What it prints, such as help, may be more than `| head` reads.
    process.stdout.off('error', ignoreClosed).on('error', ignoreClosed);
    await runOclif(argv, root, process.env);
  } catch (error) {
    if (error instanceof Error && /^command .* not found\.?$/is.test(error.message)) {
      const failure = usageError(error, '');
      writeStderr(errorText(failure));
      process.exitCode = failure.exitCode;
      return;
    }
    const { handle } = await import('@oclif/core/handle');
    await handle(error instanceof Error ? error : new Error(String(error)));
  }
}

function ignoreClosed(error: Error): void {
  if (systemCodeOf(error) !== 'EPIPE') throw error;
}

/**
 * Starts the process of a statement that will be asked for: it loads what that needs while this one loads the command.
 * @param root folder of the package
 */
async function startStatement([name, ...argv]: readonly string[], root: string): Promise<void> {
  if (name !== 'sql' || flagsOf(argv).some((argument) => ['--help', '--views'].includes(argument))) return;
  const { startEarly } = await import('./cli/sql/statement-process.ts');
  startEarly(root);
}

/** The words among which flags are. */
function flagsOf(argv: readonly string[]): readonly string[] {
  const end = argv.indexOf('--');
  return argv.slice(0, end === -1 ? undefined : end);
}

/**
 * Runs the command that the first word names; false where oclif has to look further: there is none of that name, help is
 * asked for, or a word follows where none belongs. What oclif reads of the whole program to get to a command takes as long
 * as Node's own start.
 */
async function runNamed([name = '', ...argv]: readonly string[]): Promise<boolean> {
  const load = Object.hasOwn(commandModules, name) ? commandModules[name] : undefined;
  if (load === undefined || flagsOf(argv).includes('--help')) return false;
  const [command] = Object.values(await load());
  if (command === undefined || (isWord(argv[0]) && !command.takesWords())) return false;
  await command.runNamed(name, argv);
  return true;
}

/** `navi` alone explains itself to a newcomer; to others it lists its commands. */
async function greet(argv: readonly string[]): Promise<boolean> {
  if (argv.length > 0) return false;
  const { firstUseText } = await import('./cli/first-use.ts');
  const text = await firstUseText(process.env);
  if (text === undefined) return false;
  process.stdout.write(text);
  return true;
}

/** Runs the program `navi-NAME` that is on the path, where navi has no command NAME. */
async function runAsPlugin([name = '', ...rest]: readonly string[]): Promise<boolean> {
  // As they were typed, unless it is `help NAME`: what -h means is the program's own matter.
  const [, , first, ...typed] = process.argv;
  const args = first === name ? typed : rest;
  const { commandWords } = await import('./cli/usage-error.ts');
  if (!/^[a-z0-9][a-z0-9-]*$/.test(name) || commandWords.includes(name)) return false;
  const { findPlugin } = await import('./cli/plugins/find-plugins.ts');
  const file = findPlugin(name, process.env);
  if (file === undefined) return false;
  const { runPlugin } = await import('./cli/plugins/run-plugin.ts');
  try {
    process.exitCode = await runPlugin(file, args, process.env);
  } catch (error) {
    if (!(error instanceof NaviError)) throw error;
    writeStderr(errorText(error));
    process.exitCode = error.exitCode;
  }
  return true;
}

/** What oclif would take for a part of the command's name. */
function isWord(argument: string | undefined): boolean {
  return argument !== undefined && !argument.startsWith('-') && !argument.includes('=');
}

/** `help COMMAND` and `-h` as `--help`; what follows `--` is left alone. */
function withHelp(argv: readonly string[]): string[] {
  const [first, ...rest] = argv;
  // Behind `--` it would be a word like others.
  const endOf = (words: readonly string[]): number => (words.includes('--') ? words.indexOf('--') : words.length);
  if (first === 'help') return rest.toSpliced(endOf(rest), 0, '--help');
  const end = endOf(argv);
  return argv.map((argument, index) => (argument === '-h' && index < end ? '--help' : argument));
}
