import type { CommandLine } from '../command-line.ts';
import { argumentLines } from './arguments.ts';
import { customColumnsLines } from './custom-columns.ts';
import { errorLines } from './errors.ts';
import { flagLines, rawLines } from './flags.ts';
import { idiomLines } from './idioms.ts';
import { manifestLines } from './manifests.ts';
import { outputLines, tableLines } from './outputs.ts';
import { kubeconfigLines, permissionLines } from './permissions.ts';
import { selectorLines } from './selectors.ts';
import { sortingLines } from './sorting.ts';
import { goTemplateLines, jsonPathLines } from './templates.ts';
import { typeNameLines } from './types.ts';

/** Every command line but those that follow from the types of the server. */
export const writtenLines: readonly CommandLine[] = [
  typeNameLines,
  outputLines,
  tableLines,
  argumentLines,
  selectorLines,
  flagLines,
  rawLines,
  errorLines,
  jsonPathLines,
  goTemplateLines,
  customColumnsLines,
  sortingLines,
  permissionLines,
  kubeconfigLines,
  manifestLines,
  idiomLines,
].flat();
