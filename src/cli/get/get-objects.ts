import { zstdDecompressSync } from 'node:zlib';
import { canonicalJson, parseJson } from '../../core/canonical-json.ts';
import { eventsGroupForm } from '../../core/events-group-form.ts';
import { asObject, type Json, type JsonObject } from '../../core/json.ts';
import { parseJsonPath } from '../../core/jsonpath/parse.ts';
import { NaviError } from '../../errors/navi-error.ts';
import { indentJson } from '../../output/indent-json.ts';
import { jsonPathParseError, jsonPathText } from '../../output/jsonpath-text.ts';
import { yamlListItem, yamlText, type YamlResult } from '../../output/yaml-text.ts';
import type { ObjectRow } from '../../query/object-query.ts';
import type { MirrorType } from '../../query/mirror-type.ts';
import type { MirrorReader } from '../../store/open-reader.ts';
import type { GetPlan } from './get-plan.ts';
import type { GetRequest } from './get-request.ts';
import { readStep } from './get-rows.ts';
import type { Printed } from './get-tables.ts';

type Write = (text: string) => void;

/** An object on its way out, with the type it was asked for as. */
interface Found {
  readonly type: MirrorType;
  readonly row: ObjectRow;
}

/** What is printed around and between the objects of a format. */
interface Printer {
  readonly detail: 'row' | 'body' | 'whole';
  /** One named object alone. */
  single(found: Found): string;
  /** Everything else: a List. */
  list(found: Iterable<Found>, write: Write): void;
}

/**
 * Prints objects in a machine format: one named object as it is, everything else as a List; what is missing goes to the
 * errors (kubectl's rules).
 */
export function printObjects(
  reader: MirrorReader,
  asked: { readonly request: GetRequest; readonly plan: GetPlan },
  write: Write,
): Printed {
  const { request, plan } = asked;
  const printer = printerOf(request.format);
  const errors: string[] = [];
  const isSingle = plan.form === 'objects' && plan.steps.length === 1;
  const reads = plan.steps.map((step) => ({ type: step.type, read: readStep(reader, step, printer.detail) }));
  for (const { read } of reads) {
    if ('error' in read && !(read.isNotFound && request.ignoreNotFound)) errors.push(read.error);
  }
  const found = (function* (): Iterable<Found> {
    for (const { type, read } of reads) if ('rows' in read) for (const row of read.rows) yield { type, row };
  })();
  const nothingFound = reads.every(({ read }) => 'error' in read);
  const isSilent = nothingFound && (isSingle || (plan.form === 'objects' && request.ignoreNotFound));
  if (isSilent) return { isEmpty: true, errors };
  const [first] = isSingle ? found : [];
  if (first === undefined) printer.list(found, write);
  else write(printer.single(first));
  return { isEmpty: false, errors };
}

function printerOf(format: GetRequest['format']): Printer {
  switch (format.kind) {
    case 'json':
      return jsonPrinter;
    case 'yaml':
      return yamlPrinter;
    case 'jsonpath':
      return jsonPathPrinter(format.template);
    case 'name':
    case 'table':
      return namePrinter;
  }
}

const namePrinter: Printer = {
  detail: 'row',
  single: (found) => nameLine(found),
  list(found, write) {
    for (const each of found) write(nameLine(each));
  },
};

function nameLine({ type, row }: Found): string {
  const kind = type.kind.toLowerCase();
  return `${type.group === '' ? kind : `${kind}.${type.group}`}/${row.name}\n`;
}

const jsonPrinter: Printer = {
  detail: 'body',
  single: (found) => `${indentJson(bodyOf(found), 0)}\n`,
  list(found, write) {
    write('{\n    "apiVersion": "v1",\n    "items": [');
    let isFirst = true;
    for (const each of found) {
      write(`${isFirst ? '' : ','}\n        ${indentJson(bodyOf(each), 2)}`);
      isFirst = false;
    }
    write(
      `${isFirst ? '' : '\n    '}],\n    "kind": "List",\n    "metadata": {\n        "resourceVersion": ""\n    }\n}\n`,
    );
  },
};

const yamlPrinter: Printer = {
  detail: 'body',
  single: (found) => checkedYaml(yamlText(parseJson(bodyOf(found)))),
  list(found, write) {
    const items: string[] = [];
    for (const each of found) items.push(checkedYaml(yamlListItem(parseJson(bodyOf(each)))));
    write(`apiVersion: v1\n${items.length === 0 ? 'items: []\n' : 'items:\n'}`);
    for (const item of items) write(item);
    write('kind: List\nmetadata:\n  resourceVersion: ""\n');
  },
};

function checkedYaml(result: YamlResult): string {
  if (!result.ok) throw new NaviError('NAVI_AS_KUBECTL', `error: ${result.message}`);
  return result.text;
}

function jsonPathPrinter(source: string): Printer {
  const parsed = parseJsonPath(source);
  if (!parsed.ok) throw new NaviError('NAVI_AS_KUBECTL', `error: ${jsonPathParseError(source, parsed.message)}`);
  const print = (root: Json): string => {
    const printed = jsonPathText(parsed.template, root, { allowMissingKeys: true, asJson: false });
    if (!printed.ok) throw new NaviError('NAVI_AS_KUBECTL', `error: ${printed.message}`);
    return printed.text;
  };
  return {
    detail: 'whole',
    single: (found) => print(wholeObject(found)),
    list(found, write) {
      const items = Array.from(found, wholeObject);
      write(print({ apiVersion: 'v1', items, kind: 'List', metadata: { resourceVersion: '' } }));
    },
  };
}

/** The stored body; for events.k8s.io the core Event in that group's form. */
function bodyOf({ type, row }: Found): string {
  const body = row.json ?? '';
  return type.retrieval === 'alias' ? canonicalJson(eventsGroupForm(asObject(parseJson(body)))) : body;
}

function wholeObject(found: Found): JsonObject {
  const object = asObject(parseJson(bodyOf(found)));
  const { zstd } = found.row;
  if (zstd === null || zstd === undefined) return object;
  const managedFields = parseJson(zstdDecompressSync(zstd).toString('utf8'));
  return { ...object, metadata: { ...asObject(object['metadata']), managedFields } };
}
