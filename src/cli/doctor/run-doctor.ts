import { counted } from '../../core/counted.ts';
import { oneLine } from '../../core/terminal-text.ts';
import { caution, naviTable, type TableStyle } from '../../output/navi-table.ts';
import { checkContexts } from './check-contexts.ts';
import { checkDaemon } from './check-daemon.ts';
import { checkPlugins } from './check-plugins.ts';
import { checkProgram } from './check-program.ts';
import { checkReceivers } from './check-receivers.ts';
import { checkSettings } from './check-settings.ts';
import { checkStore } from './check-store.ts';
import type { Finding, FindingLevel } from './finding.ts';

/** Looks at everything, in the order in which one thing needs the other. */
export async function findings(env: NodeJS.ProcessEnv): Promise<readonly Finding[]> {
  return [
    ...checkProgram(),
    ...checkStore(env),
    ...(await checkSettings(env)),
    ...(await checkPlugins(env)),
    ...(await checkDaemon(env)),
    ...checkReceivers(env),
    ...(await checkContexts()),
  ];
}

/** What `navi doctor` exits with: the highest code of its faults, 0 without any. */
export function doctorExitCode(found: readonly Finding[]): number {
  return Math.max(0, ...found.map(({ exitCode }) => exitCode));
}

/** Mends what can be mended without harm; the lines to tell. */
export function fixAll(found: readonly Finding[]): readonly string[] {
  return found.flatMap(({ subject, message, fix }) => {
    if (fix === undefined) return [];
    fix();
    return [`mended: ${subject}: ${oneLine(message)}`];
  });
}

/** The findings as people read them: a line each, and below it what to do. */
export function doctorText(found: readonly Finding[], style: TableStyle): string {
  const rows = found.map(({ subject, level, message }) => [
    levelWord(level, style),
    oneLine(subject),
    oneLine(message),
  ]);
  // Whole: a message that is cut helps nobody.
  const lines = naviTable([], rows, { ...style, width: undefined }).split('\n');
  const indent = ' '.repeat(levelWidth + 3);
  const texts = found.map(({ hints }, index) => {
    const below = hints.map((hint) => `${indent}${style.color.dim(oneLine(hint))}\n`);
    return `${lines[index] ?? ''}\n${below.join('')}`;
  });
  return `${texts.join('')}${summary(found)}\n`;
}

const levelWidth = 'warning'.length;

/** The words are told apart without colours too. */
function levelWord(level: FindingLevel, { color }: TableStyle): string {
  const word = level.padEnd(levelWidth);
  if (level === 'good') return color.green(word);
  return level === 'warning' ? caution(color)(word) : color.red(word);
}

function summary(found: readonly Finding[]): string {
  const count = (level: FindingLevel): number => found.filter((each) => each.level === level).length;
  const [faults, warnings] = [count('fault'), count('warning')];
  if (faults + warnings === 0) return 'all is well';
  const parts = [
    ...(faults === 0 ? [] : [counted(faults, 'fault')]),
    ...(warnings === 0 ? [] : [counted(warnings, 'warning')]),
  ];
  const fixable = found.filter(({ fix }) => fix !== undefined).length;
  return `${parts.join(', ')}${fixable === 0 ? '' : `; navi doctor --fix mends ${fixable}`}`;
}
