import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseJson } from '../../src/core/canonical-json.ts';
import { parseGoTemplate } from '../../src/core/go-template/parse.ts';
import { type Json, type JsonObject, asArray, asObject } from '../../src/core/json.ts';
import { goTemplateParseError, goTemplateText } from '../../src/output/go-template-text.ts';
import { clusterProgramsMissing } from '../support/cluster-programs.ts';
import { amountOf } from '../support/long-run.ts';
import { type KubectlResult, type RealCluster, startRealCluster } from '../support/real-cluster.ts';
import { waitForCrd } from '../support/wait-for-crd.ts';
import { goTemplates, listTemplates, strictTemplates, templateSubject } from './go-template-cases.ts';
import { randomTemplates } from './random-go-templates.ts';

const group = 'templates.example.com';
const collection = `/apis/${group}/v1/namespaces/default/gadgets`;
const definition = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: `gadgets.${group}` },
  spec: {
    group,
    scope: 'Namespaced',
    names: { plural: 'gadgets', singular: 'gadget', kind: 'Gadget', listKind: 'GadgetList' },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
      },
    ],
  },
};

/** Numbers as JSON texts, which JavaScript would change. */
const longNumbers = {
  max: '9223372036854775807',
  beyond: '9223372036854775808',
  long: '123456789012345678901234567890',
};

/** Calls of kubectl at a time. */
const parallelCalls = 3;

/** Between two templates that are run as one. */
const separator = '\u241e';

function run(source: string, root: Json, allowMissingKeys = true): KubectlResult {
  const parsed = parseGoTemplate(source);
  if (!parsed.ok) {
    return { stdout: '', stderr: `error: ${goTemplateParseError(source, parsed.message)}\n`, code: 1 };
  }
  const output = goTemplateText(parsed.template, root, { allowMissingKeys });
  return output.ok
    ? { stdout: output.text, stderr: '', code: 0 }
    : { stdout: output.stdout, stderr: `error: ${output.message}\n`, code: 1 };
}

function isSame(ours: KubectlResult, theirs: KubectlResult): boolean {
  return ours.stdout === theirs.stdout && ours.stderr === theirs.stderr && ours.code === theirs.code;
}

const missing = clusterProgramsMissing();

describe.skipIf(missing !== undefined)(
  `go templates against kubectl${missing === undefined ? '' : `: ${missing}`}`,
  () => {
    let cluster: RealCluster;
    let subject: JsonObject;
    let list: JsonObject;

    beforeAll(async () => {
      cluster = await startRealCluster();
      await post('/apis/apiextensions.k8s.io/v1/customresourcedefinitions', JSON.stringify(definition));
      const type = { apiVersion: `${group}/v1`, resource: 'gadgets', kind: 'Gadget', namespaced: true };
      await waitForCrd(cluster, `gadgets.${group}`, { ...type, weight: 1, content: () => ({}) });
      const spec: JsonObject = {
        ...templateSubject,
        ...Object.fromEntries(Object.entries(longNumbers).map(([name, digits]) => [name, JSON.rawJSON(digits)])),
      };
      const metadata = { name: 'odd', labels: { 'a/b': 'label' }, annotations: { note: 'x <y> & \u2028' } };
      await post(collection, JSON.stringify({ apiVersion: `${group}/v1`, kind: 'Gadget', metadata, spec }));
      for (const name of ['one', 'two', 'three']) {
        const data = { name, '1': 'first', empty: '', text: 'a\nb "c" é' };
        const body = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, labels: { list: 'yes' } }, data };
        await post('/api/v1/namespaces/default/configmaps', JSON.stringify(body));
      }
      subject = await get(`${collection}/odd`);
      const { items } = await get('/api/v1/namespaces/default/configmaps?labelSelector=list');
      const whole = asArray(items).map((item) => ({ ...asObject(item), apiVersion: 'v1', kind: 'ConfigMap' }));
      list = { apiVersion: 'v1', items: whole, kind: 'List', metadata: { resourceVersion: '' } };
    });
    afterAll(() => cluster.stop());

    async function post(path: string, body: string): Promise<void> {
      const { status, text } = await cluster.request(path, { method: 'POST', body });
      expect({ path, status, text: status === 201 ? '' : text }).toEqual({ path, status: 201, text: '' });
    }

    async function get(path: string): Promise<JsonObject> {
      return asObject(parseJson((await cluster.request(path)).text));
    }

    const subjectArgs = ['gadget', 'odd'];

    /** Every template that kubectl answers otherwise, each run alone. */
    async function differences(
      sources: readonly string[],
      root: Json,
      args: readonly string[],
      allowMissingKeys = true,
    ): Promise<readonly unknown[]> {
      const found: unknown[] = [];
      const waiting = [...sources.entries()];
      const work = async (): Promise<void> => {
        for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
          const [index, source] = next;
          const output = index % 2 === 0 ? `go-template=${source}` : `go-template-file=${templateFile(index, source)}`;
          const theirs = await cluster.kubectl(['get', ...args, '-o', output]);
          const ours = run(source, root, allowMissingKeys);
          if (!isSame(ours, theirs)) {
            found.push({ source, ours, theirs });
          }
        }
      };
      await Promise.all(Array.from({ length: parallelCalls }, work));
      return found;
    }

    function templateFile(index: number, source: string): string {
      const file = join(cluster.folder, `template-${index}`);
      writeFileSync(file, source);
      return file;
    }

    /** The same for templates that succeed, run as one; a definition would be seen by the others, so it is not allowed. */
    async function joinedDifferences(sources: readonly string[]): Promise<readonly unknown[]> {
      const joined = sources.map((source) => `{{if true}}${source}{{end}}`).join(separator);
      const file = templateFile(0, joined);
      const theirs = await cluster.kubectl(['get', ...subjectArgs, '-o', `go-template-file=${file}`]);
      const parts = theirs.stdout.split(separator);
      const found = sources.flatMap((source, index) => {
        const ours = run(source, subject).stdout;
        return ours === parts[index] ? [] : [{ source, ours, theirs: parts[index] }];
      });
      return theirs.code === 0 ? found : [{ refused: theirs.stderr.slice(-2_000) }];
    }

    /** Templates that can run as one, and those that cannot. */
    function split(sources: readonly string[]): {
      readonly together: readonly string[];
      readonly alone: readonly string[];
    } {
      const joins = (source: string): boolean => !/define|block/.test(source) && run(source, subject).code === 0;
      return { together: sources.filter(joins), alone: sources.filter((source) => !joins(source)) };
    }

    test('every template prints what kubectl prints, errors included', { timeout: 240_000 }, async () => {
      const { together, alone } = split(goTemplates);
      expect([together.length > 150, alone.length > 250]).toEqual([true, true]);
      expect(await joinedDifferences(together)).toEqual([]);
      expect(await differences(alone, subject, subjectArgs)).toEqual([]);
    });

    test('a missing key is an error where it is not allowed', async () => {
      const args = [...subjectArgs, '--allow-missing-template-keys=false'];
      expect(await differences(strictTemplates, subject, args, false)).toEqual([]);
    });

    test('templates on a list print what kubectl prints', async () => {
      expect(await differences(listTemplates, list, ['configmaps', '-l', 'list'])).toEqual([]);
    });

    test('random templates print what kubectl prints', { timeout: 120_000 }, async () => {
      const { together, alone } = split(randomTemplates(2_000, 20_260_110));
      expect(await joinedDifferences(together)).toEqual([]);
      expect(await differences(alone.slice(0, amountOf(20, 40)), subject, subjectArgs)).toEqual([]);
    });
  },
);
