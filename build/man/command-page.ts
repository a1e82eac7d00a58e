import { lowerFirst } from '../../src/core/lower-first.ts';
import { heading, item, paragraph, roffText, title, verbatim } from './roff.ts';

/** What the manifest says of a flag. */
export interface ManifestFlag {
  readonly char?: string;
  readonly description?: string;
  readonly type: string;
  readonly helpValue?: string;
  readonly options?: readonly string[];
  readonly default?: unknown;
  readonly hidden?: boolean;
  readonly allowNo?: boolean;
}

/** What the manifest says of a command. */
export interface ManifestCommand {
  readonly id: string;
  readonly summary?: string;
  readonly description?: string;
  readonly usage?: string | readonly string[];
  readonly examples?: readonly string[];
  readonly args: Readonly<Record<string, { readonly description?: string; readonly required?: boolean }>>;
  readonly flags: Readonly<Record<string, ManifestFlag>>;
}

/** A command as it is typed. */
const words = (id: string): string => id.replaceAll(':', ' ');

/** Name of a command's page. */
export const pageName = (id: string): string => `navi-${id.replaceAll(':', '-')}`;

/** The page of a command, section 1, in the words of its `--help`. */
export function commandPage(
  command: ManifestCommand,
  { version, related }: { readonly version: string; readonly related: readonly string[] },
): string {
  const { id, summary = '', description = '', examples = [] } = command;
  const flags = Object.entries(command.flags).filter(([, flag]) => flag.hidden !== true);
  const args = Object.entries(command.args);
  return [
    title(pageName(id), 1, version),
    heading('Name'),
    `${roffText(pageName(id))} \\- ${roffText(lowerFirst(summary.replace(/\.$/, '')))}\n`,
    heading('Synopsis'),
    usageLines(command)
      .map((line) => `.B navi\n${roffText(line)}\n`)
      .join('.br\n'),
    heading('Description'),
    ...description.split(/\n\n+/).map(paragraph),
    ...(args.length === 0 ? [] : [heading('Arguments')]),
    ...args.map(([name, arg]) => item(name.toUpperCase(), arg.description ?? '')),
    ...(flags.length === 0 ? [] : [heading('Options')]),
    ...flags.map(([name, flag]) => item(flagTerm(name, flag), flagText(flag))),
    heading('Examples'),
    verbatim(examples.map((example) => example.replaceAll('<%= config.bin %>', 'navi'))),
    heading('See also'),
    paragraph(related.map((page) => `**${page}**`).join(', ')),
  ].join('');
}

function usageLines({ id, usage, args }: ManifestCommand): readonly string[] {
  if (usage !== undefined) return [usage].flat();
  const taken = Object.entries(args).map(([name, { required }]) =>
    required === true ? name.toUpperCase() : `[${name.toUpperCase()}]`,
  );
  return [[words(id), ...taken, '[OPTIONS]'].join(' ')];
}

function flagTerm(name: string, { char, type, helpValue, options, allowNo }: ManifestFlag): string {
  const value = type === 'option' ? ` ${helpValue ?? options?.join('|') ?? 'VALUE'}` : '';
  const long = allowNo === true ? `--[no-]${name}` : `--${name}`;
  return `${char === undefined ? '' : `-${char}, `}${long}${value}`;
}

function flagText({ description = '', options, helpValue, default: given }: ManifestFlag): string {
  const choices = options !== undefined && helpValue !== undefined ? ` (${options.join(', ')})` : '';
  const isTold = (typeof given === 'string' && given !== '') || typeof given === 'number';
  return `${description}${choices}${isTold ? ` [${given}]` : ''}`;
}
