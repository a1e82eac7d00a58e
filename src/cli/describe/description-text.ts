import { counted } from '../../core/counted.ts';
import type { Cell } from '../../core/cell.ts';
import { humanAge, humanDuration } from '../../core/human-duration.ts';
import { asArray, asObject, asString, type Json, type JsonObject } from '../../core/json.ts';
import { oneLine } from '../../core/terminal-text.ts';
import { cellText } from '../../output/cell-text.ts';
import { briefDifferences } from '../../output/difference-text.ts';
import { detailTable } from '../../output/detail-table.ts';
import { narrowTable } from '../../output/narrow-table.ts';
import { caution, naviTable, type TableStyle } from '../../output/navi-table.ts';
import { yamlText } from '../../output/yaml-text.ts';
import type { Description } from '../../query/describe/read-description.ts';
import { containerColumns } from '../listing/container-listing.ts';
import { treeText } from '../tree/tree-lines.ts';

/** How a description is printed. */
export interface DescribePrinting {
  readonly style: TableStyle;
  readonly nowMs: number;
}

/** Lines of YAML that are shown of an object's spec; `navi get -o yaml` shows all. */
const yamlLineMax = 80;

/** Longest annotation that is shown (characters): most longer ones are documents. */
const annotationLengthMax = 200;

/** Differences of a change that are shown. */
const differenceMax = 4;

const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration';

/** A description as text: facts, then a section for each thing that there is to tell, events last. */
export function descriptionText(description: Description, printing: DescribePrinting): string {
  const { color } = printing.style;
  const { kind, namespace, name } = description.object;
  const title = color.bold(oneLine(`${kind} ${namespace === '' ? '' : `${namespace}/`}${name}`));
  const sections = [
    ['', factsTable(description, printing)],
    ['Containers', containersTable(description, printing)],
    ['Conditions', conditionsTable(description, printing)],
    ['', specText(description)],
    ['Related', treeText(description.related, { ...printing, isAll: false })],
    ['Changes seen', changesTable(description, printing)],
    ['Events', eventsTable(description, printing)],
  ] as const;
  const texts = sections
    .filter(([, text]) => text !== '')
    .map(([head, text]) => (head === '' ? text : `${color.bold(head)}\n${text}`));
  return `${title}\n${texts.join('\n')}`;
}

function factsTable({ object, body }: Description, { style, nowMs }: DescribePrinting): string {
  const metadata = asObject(body['metadata']);
  const { stored, apiVersion } = object;
  const made = stored?.createdAtMs;
  const facts: [string, string][] = [['API version', apiVersion]];
  if (typeof made === 'number')
    facts.push(['Created', `${humanDuration(nowMs - made)} ago (${new Date(made).toISOString()})`]);
  const deleted = asString(metadata['deletionTimestamp']);
  if (deleted !== '') facts.push(['Deleting', `since ${deleted}`]);
  const cells = JSON.parse(stored?.cells ?? '[]') as Cell[];
  for (const [index, column] of (stored?.type.columns ?? []).entries()) {
    const text = cellText(cells[index] ?? null, nowMs);
    if (!['Name', 'Age', 'Created At', 'Labels'].includes(column.name) && text !== '' && text !== '<none>')
      facts.push([column.name, text]);
  }
  for (const label of texts(metadata['labels'])) facts.push(['Label', label]);
  for (const annotation of texts(metadata['annotations']))
    if (!annotation.startsWith(`${lastApplied}=`)) facts.push(['Annotation', cut(annotation, annotationLengthMax)]);
  for (const finalizer of asArray(metadata['finalizers'])) facts.push(['Finalizer', asString(finalizer)]);
  const rows = facts.map(([fact, text], index) => [facts[index - 1]?.[0] === fact ? '' : fact, oneLine(text)]);
  return naviTable(
    [],
    rows.map(([fact = '', text = '']) => [style.color.dim(fact), text]),
    style,
  );
}

function texts(members: Json | undefined): readonly string[] {
  return Object.entries(asObject(members)).map(([key, value]) => `${key}=${asString(value)}`);
}

function cut(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`;
}

function containersTable({ containers }: Description, { style, nowMs }: DescribePrinting): string {
  if (containers.length === 0) return '';
  const rows = containers.map((row) =>
    containerColumns.map(({ text, paint }) => {
      const plain = oneLine(text(row, nowMs));
      return paint === undefined ? plain : paint(row, style, plain, nowMs);
    }),
  );
  const messages = containers.flatMap(({ name, message }) =>
    message === '' ? [] : [`${name}: ${oneLine(message)}\n`],
  );
  return narrowTable(containerColumns, rows, style) + messages.join('');
}

function conditionsTable({ conditions }: Description, { style, nowMs }: DescribePrinting): string {
  if (conditions.length === 0) return '';
  const rows = conditions.map(({ type, status, sinceMs, reason, message }) => [
    oneLine(type),
    oneLine(status),
    humanAge(sinceMs, nowMs),
    oneLine(reason),
    oneLine(message),
  ]);
  return detailTable(['TYPE', 'STATUS', 'SINCE', 'REASON', 'MESSAGE'], rows, style);
}

/** What an object says besides its metadata and status, as YAML; the containers of a pod are told already. */
function specText({ body, containers }: Description): string {
  const { apiVersion: _version, kind: _kind, metadata: _metadata, status: _status, ...rest } = body;
  if (Object.keys(rest).length === 0) return '';
  const yaml = yamlText(containers.length > 0 ? withoutStates(rest) : rest);
  if (!yaml.ok) return '';
  const lines = yaml.text.trimEnd().split('\n');
  const more = lines.length - yamlLineMax;
  const shown =
    more > 0
      ? [...lines.slice(0, yamlLineMax), `… ${counted(more, 'more line')}: -o json, or navi get -o yaml`]
      : lines;
  return `${shown.map(oneLine).join('\n')}\n`;
}

/** A pod without what its table of containers says. */
function withoutStates(pod: JsonObject): JsonObject {
  const spec = asObject(pod['spec']);
  const brief = asArray(spec['containers']).map((each) => {
    const { image: _image, resources: _resources, ...rest } = asObject(each);
    return rest;
  });
  return { ...pod, spec: { ...spec, containers: brief } };
}

function changesTable({ changes }: Description, { style, nowMs }: DescribePrinting): string {
  if (changes.length === 0) return '';
  const rows = [...changes]
    .reverse()
    .map((change) => [
      `${humanAge(change.atMs, nowMs)} ago`,
      change.operation,
      oneLine(briefDifferences(change.differences, differenceMax)),
    ]);
  return detailTable(['SEEN', 'CHANGE', 'WHAT'], rows, style);
}

function eventsTable({ events }: Description, { style, nowMs }: DescribePrinting): string {
  if (events.length === 0) return '';
  const rows = [...events]
    .reverse()
    .map(({ type, reason, message, count, lastAtMs }) => [
      `${humanAge(lastAtMs, nowMs)}${count > 1 ? ` (x${count})` : ''}`,
      type === 'Warning' ? caution(style.color)(type) : oneLine(type),
      oneLine(reason),
      oneLine(message.trim()),
    ]);
  return detailTable(['LAST SEEN', 'TYPE', 'REASON', 'MESSAGE'], rows, style);
}
