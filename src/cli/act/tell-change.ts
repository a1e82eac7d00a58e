import { isSame } from '../../core/action/judge-action.ts';
import { asObject, asString, type JsonObject } from '../../core/json.ts';
import { terminalText } from '../../core/terminal-text.ts';
import { kubectlError } from '../../errors/as-kubectl.ts';
import { objectName } from '../get/found-object.ts';
import { getRequest } from '../get/get-request.ts';
import { objectRow } from '../get/object-row.ts';
import type { GetCommandLine } from '../get/parse-flags.ts';
import { choosePrinter } from '../get/printers/choose-printer.ts';
import type { ObjectPrinter } from '../get/printers/object-printer.ts';
import type { Planned } from './act-plan.ts';
import type { Draft, DryRun, FoundTarget } from './act-request.ts';
import { deletedText } from './deletion.ts';

/** What is said, and printed, of an object that was changed, or would be. */
export interface ToldChange extends Planned {
  readonly print: ObjectPrinter | undefined;
  readonly dryRun: DryRun;
  /** What the server answered; the object as it is where it was not asked. */
  readonly answer: JsonObject;
}

/** Says what became of an object, in kubectl's words, or prints it. */
export function tellChange(write: (text: string) => void, change: ToldChange): void {
  const { found, print, dryRun, answer } = change;
  const { type, name, namespace } = found;
  const draft = withEffect(change);
  if (draft.operation === '') return;
  const isDeletion = draft.action?.change.kind === 'delete';
  if (print !== undefined && isDeletion) return write(`${objectName(type, name)}\n`);
  if (print !== undefined) {
    const { text } = print.document({ type, row: objectRow(answer) }, answer, undefined);
    return write(typeof text === 'string' ? text : Buffer.from(text).toString());
  }
  const suffix = { none: '', client: ' (dry run)', server: ' (server dry run)' }[dryRun];
  const [kind = ''] = objectName(type, name).split('/');
  const line = isDeletion
    ? `${kind} "${name}" ${deletedText(draft.operation, namespace)}${suffix}`
    : `${answeredName(found, draft, answer)} ${draft.operation}${suffix}`;
  write(`${terminalText(line)}\n`);
}

/** A subresource answers as an object of another kind: `scale.autoscaling/web`. */
function answeredName({ type, name }: FoundTarget, { action }: Draft, { kind, apiVersion }: JsonObject): string {
  if (action?.verb !== 'patch' || action.subresource === '' || typeof kind !== 'string') return objectName(type, name);
  const [group = '', version] = asString(apiVersion).split('/');
  return objectName({ kind, group: version === undefined ? '' : group }, name);
}

/** A patch that changed nothing is told so. */
function withEffect({ draft, found, answer }: ToldChange): Draft {
  if (draft.operation !== 'patched' || found.object === undefined) return draft;
  const { managedFields: _managedFields, ...metadata } = asObject(answer['metadata']);
  // A dry run gives what would be, with the version that is.
  return isSame({ ...answer, metadata }, found.object) ? { ...draft, operation: 'patched (no change)' } : draft;
}

/** What `-o` prints objects with; undefined where a line says what was done. @throws NAVI_AS_KUBECTL for a format that there is not */
export function changePrinter(line: GetCommandLine): ObjectPrinter | undefined {
  const { output } = getRequest(line);
  if (output.format === '' && output.template === '') return undefined;
  if (output.format === 'wide') throw kubectlError('unable to match a printer suitable for the output format "wide"');
  return choosePrinter(output);
}
