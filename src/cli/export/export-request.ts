import { listedNames } from '../../core/listed-names.ts';
import { NaviError } from '../../errors/navi-error.ts';
import type { PlaceChoice } from '../listing/place-flags.ts';

/** What an export can be. */
export const exportFormats = ['ndjson', 'yaml', 'csv', 'sqlite'] as const;

export type ExportFormat = (typeof exportFormats)[number];

/** What is to be exported, and where to. */
export interface ExportRequest {
  readonly format: ExportFormat;
  /** As typed, each once; none for all types. */
  readonly types: readonly string[];
  /** None for all namespaces. */
  readonly namespaces: readonly string[];
  readonly selector: string;
  readonly fieldSelector: string;
  /** A CEL expression; empty for none. */
  readonly where: string;
  /** A file or a folder; undefined for stdout. */
  readonly to: string | undefined;
  /** Of YAML: also what is not fit for git. */
  readonly isWhole: boolean;
}

/** The parsed values of the flags of an export. */
export interface ExportFlagValues {
  readonly output: ExportFormat;
  readonly to?: string | undefined;
  readonly selector?: string | undefined;
  readonly 'field-selector'?: string | undefined;
  readonly where?: string | undefined;
  readonly whole: boolean;
}

/** The request of a command line. @param words types as typed, undefined for all @throws NAVI_USAGE */
export function exportRequest(words: string | undefined, flags: ExportFlagValues, place: PlaceChoice): ExportRequest {
  const types = listedNames(words ?? '');
  const { output: format, to, where = '', whole: isWhole } = flags;
  if (words !== undefined && types.length === 0)
    throw usage('the argument names no type', 'without one all types are exported');
  if (types.some((type) => type.includes('/')))
    throw usage('an export is of whole types, not of single objects', 'navi get TYPE NAME -o yaml prints one');
  if (place.isAll && place.names.length > 0)
    throw usage('-A and -n exclude each other', 'without either all namespaces are exported');
  if (flags.where !== undefined && where.trim() === '')
    throw usage('--where needs an expression', 'navi export --help');
  if (to === '') throw usage('--to needs a name', 'for example --to cluster');
  if (isWhole && format !== 'yaml')
    throw usage('--whole is about -o yaml', 'the other formats have whole objects, or columns');
  if (to === undefined && format === 'yaml')
    throw usage('-o yaml writes a folder of files', 'navi export -o yaml --to FOLDER');
  if (to === undefined && format === 'sqlite')
    throw usage('-o sqlite writes a database', 'navi export -o sqlite --to FILE');
  if (to === undefined && format === 'csv' && types.length !== 1) {
    throw usage(
      'a table has the columns of one type',
      'navi export TYPE -o csv, or --to FOLDER for a file for each type',
    );
  }
  return {
    format,
    types,
    namespaces: place.names,
    selector: flags.selector ?? '',
    fieldSelector: flags['field-selector'] ?? '',
    where,
    to,
    isWhole,
  };
}

/** What was asked for as one line of JSON, for a folder that answers one question. */
export function questionText({
  format,
  types,
  namespaces,
  selector,
  fieldSelector,
  where,
  isWhole,
}: ExportRequest): string {
  const asked = {
    format,
    types: types.toSorted(),
    namespaces: namespaces.toSorted(),
    selector: selector.trim(),
    fieldSelector: fieldSelector.trim(),
    where: where.trim(),
    whole: isWhole,
  };
  const said = Object.entries(asked).filter(([, value]) => value !== '' && value !== false && String(value) !== '');
  return JSON.stringify(Object.fromEntries(said));
}

function usage(message: string, hint: string): NaviError {
  return new NaviError('NAVI_USAGE', message, { hints: [hint] });
}
