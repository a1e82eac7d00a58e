import { isTerminal } from '../../output/is-terminal.ts';
import { NaviError } from '../../errors/navi-error.ts';
import { plainMessageOf } from '../../errors/plain-words.ts';
import { readTextFile } from '../../util/read-text-file.ts';
import { standardInput } from '../standard-input.ts';

/** Longest statement (bytes). */
const mostBytes = 1024 * 1024;

/** Where a statement was said to be: `-` is standard input. */
export interface StatementSource {
  readonly argument: string | undefined;
  readonly file: string | undefined;
}

/**
 * The statement: the argument, a file, or what comes on standard input where neither is given, or where that is asked for.
 * @throws NAVI_USAGE
 */
export async function statementText({ argument, file }: StatementSource): Promise<string> {
  if (argument !== undefined && file !== undefined) {
    throw new NaviError('NAVI_USAGE', 'a statement comes as an argument or from a file, not as both', {
      hints: ["navi sql 'select name from pods'", 'navi sql -f FILE'],
    });
  }
  const source = argument ?? file ?? '-';
  if (file !== undefined && file !== '-') return statementFile(file);
  if (source !== '-') return source;
  if (argument === undefined && file === undefined && isTerminal(0)) {
    throw new NaviError('NAVI_USAGE', 'there is no statement', {
      hints: ["navi sql 'select name, status from pods'", 'navi sql --views', 'navi sql - reads it from the terminal'],
    });
  }
  return Buffer.from(await standardInput(refuseLong)).toString('utf8');
}

/**
 * The words of a command line with a statement that begins with a comment where no flags are read any more: `--` and a space, or
 * a line that goes on below, is no flag of anything, but oclif would take it for one.
 */
export function commentBehindFlags(argv: readonly string[]): string[] {
  const end = argv.includes('--') ? argv.indexOf('--') : argv.length;
  const isComment = (word: string, index: number): boolean => index < end && /^--(?:\s|[^=\n]*\n)/.test(word);
  const comments = argv.filter(isComment);
  if (comments.length === 0) return [...argv];
  const others = argv.filter((word, index) => !isComment(word, index));
  return [...others.slice(0, end - comments.length), '--', ...comments, ...argv.slice(end + 1)];
}

function statementFile(path: string): string {
  try {
    return readTextFile(path, mostBytes);
  } catch (error) {
    throw new NaviError('NAVI_USAGE', `the statement cannot be read from ${path}: ${plainMessageOf(error)}`, {
      hints: ['navi sql - reads it from standard input'],
      cause: error,
    });
  }
}

/** A program that writes for ever is not waited for. */
function refuseLong(byteCount: number): void {
  if (byteCount <= mostBytes) return;
  throw new NaviError('NAVI_USAGE', `the statement is longer than ${mostBytes / 1024 ** 2} MiB`, {
    hints: ['values that change belong into parameters: --param NAME=VALUE'],
  });
}
