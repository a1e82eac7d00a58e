import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { JsonObject } from '../../src/core/json.ts';
import type { KubeObject } from '../../src/core/kube-object.ts';
import { matchesFields, parseFieldSelector } from '../../src/core/selector/field-selector.ts';
import { matchesLabels } from '../../src/core/selector/label-requirement.ts';
import { parseLabelSelector } from '../../src/core/selector/label-selector.ts';
import {
  canonicalField,
  supportedFields,
  unsupportedFieldMessage,
} from '../../src/core/selector/selectable-field-names.ts';
import { customFieldsOf, selectableFields } from '../../src/derive/selectable-fields.ts';
import { nameFault, parseResourceArguments } from '../../src/query/resource-arguments.ts';
import { resolveRequests } from '../../src/query/resolve-requests.ts';
import type { TypeEntry } from '../../src/query/resolve-resource.ts';
import { selectorErrorText } from '../../src/query/selector-error.ts';
import { clusterProgramsMissing } from '../support/cluster-programs.ts';
import { type RealCluster, startRealCluster } from '../support/real-cluster.ts';
import { customDefinitions, selectableObjects } from '../support/selector-objects.ts';

let cluster: RealCluster;
/** Every served type in every version, in the order of the server's discovery. */
let types: readonly TypeEntry[];

interface Listed {
  readonly status: number;
  readonly message: string;
  readonly objects: readonly KubeObject[];
}

async function get(path: string): Promise<Listed> {
  const { status, text } = await cluster.request(path);
  const body = JSON.parse(text) as { message?: string; items?: readonly KubeObject[] };
  return { status, message: body.message ?? '', objects: body.items ?? [] };
}

async function create(path: string, object: JsonObject): Promise<void> {
  const { status, text } = await cluster.request(path, { method: 'POST', body: object });
  if (status !== 201) throw new Error(text);
}

/** The path of a type's list over all namespaces. */
function listPath(type: TypeEntry): string {
  return type.group === ''
    ? `/api/${type.version}/${type.resource}`
    : `/apis/${type.group}/${type.version}/${type.resource}`;
}

interface DiscoveryResource {
  readonly resource: string;
  readonly responseKind?: { readonly kind: string };
  readonly scope: string;
  readonly singularResource: string;
  readonly verbs: readonly string[];
  readonly shortNames?: readonly string[];
  readonly categories?: readonly string[];
}

interface DiscoveryGroup {
  readonly metadata: { readonly name?: string };
  readonly versions: readonly { readonly version: string; readonly resources?: readonly DiscoveryResource[] }[];
}

async function discover(): Promise<readonly TypeEntry[]> {
  const accept = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';
  const answers = await Promise.all(['/api', '/apis'].map((path) => cluster.request(path, { accept })));
  const groups = answers.flatMap(({ text }) => (JSON.parse(text) as { items: readonly DiscoveryGroup[] }).items);
  return groups.flatMap((group, groupPosition) =>
    group.versions.flatMap(({ version, resources = [] }, position) =>
      resources.map((resource) => ({
        group: group.metadata.name ?? '',
        version,
        resource: resource.resource,
        singular: resource.singularResource,
        kind: resource.responseKind?.kind ?? '',
        namespaced: resource.scope === 'Namespaced',
        shortNames: resource.shortNames ?? [],
        categories: resource.categories ?? [],
        verbs: resource.verbs,
        groupPosition,
        preferred: position === 0,
      })),
    ),
  );
}

function typeOf(group: string, kind: string): TypeEntry {
  const type = types.find((candidate) => candidate.group === group && candidate.kind === kind);
  if (type === undefined) throw new Error(`${kind} is not served`);
  return type;
}

/** The labels that custom resources accept, as their definition says; undefined for built-in types. */
function declaredFields(type: TypeEntry): readonly string[] | undefined {
  const definition = customDefinitions.find(({ metadata }) => metadata.name === `${type.resource}.${type.group}`);
  return definition === undefined ? undefined : customFieldsOf(definition, type.version);
}

describe.skipIf(clusterProgramsMissing() !== undefined)('on a real API server', () => {
  beforeAll(async () => {
    cluster = await startRealCluster();
    for (const definition of customDefinitions) {
      await create('/apis/apiextensions.k8s.io/v1/customresourcedefinitions', definition);
    }
    await vi.waitFor(
      async () => {
        types = await discover();
        for (const { spec } of customDefinitions) {
          typeOf(spec.group, spec.names.kind);
          expect((await get(`/apis/${spec.group}/v1/${spec.names.plural}`)).status).toBe(200);
        }
      },
      { timeout: 20_000, interval: 50 },
    );
    for (const { path, object, status } of selectableObjects) {
      await create(path, object);
      if (status === undefined) continue;
      const answer = await cluster.request(`${path}/${object.metadata.name}/status`, {
        method: 'PATCH',
        contentType: 'application/merge-patch+json',
        body: { status },
      });
      if (answer.status !== 200) throw new Error(answer.text);
    }
  });

  afterAll(async () => {
    await cluster.stop();
  });

  describe('a label selector', () => {
    const keys = ['app', 'tier', 'n', 'example.com/x', 'in', 'notin'];
    const values = ['', 'web', 'api', '5', '10', '007', '9223372036854775807', 'in', 'a.b_c-d'];
    const operand = fc.constantFrom(...keys, ...values, '-bad', 'é', 'a/b/c', 'x'.repeat(64), '1.5', '+5', '"q"');
    const key = fc.constantFrom(...keys);
    const value = fc.constantFrom(...values);
    const requirement = fc.oneof(
      key,
      key.map((on) => `!${on}`),
      fc.tuple(key, fc.constantFrom('=', '==', '!=', ' = '), value).map((parts) => parts.join('')),
      fc
        .tuple(key, fc.constantFrom(' in ', ' notin '), fc.array(value, { maxLength: 3 }))
        .map(([on, operator, members]) => `${on}${operator}(${members.join(',')})`),
      fc.tuple(key, fc.constantFrom('>', ' < '), fc.constantFrom('5', '9', '10', '007')).map((parts) => parts.join('')),
    );
    const valid = fc.array(requirement, { minLength: 1, maxLength: 3 }).map((parts) => parts.join(', '));
    const token = fc.oneof(
      fc.constantFrom('=', '==', '!=', '!', '(', ')', ',', '>', '<', ' in ', ' notin ', ' '),
      operand,
    );
    const broken = fc.array(token, { minLength: 1, maxLength: 8 }).map((parts) => parts.join(''));
    const selectors = [
      ...fc.sample(valid, { numRuns: 200, seed: 1 }),
      ...fc.sample(broken, { numRuns: 400, seed: 2 }),
      '',
      ' ',
      'app in (',
      'app in (x,',
      'app in',
      '()',
      'app>-x',
      'app in (-a,b-)',
      'app>9223372036854775808',
    ];

    test('selects the same objects or is refused in the same words', async () => {
      const path = '/api/v1/namespaces/default/configmaps';
      const { objects } = await get(path);
      expect(objects.length).toBeGreaterThan(8);
      let refusedCount = 0;
      for (const selector of selectors) {
        const server = await get(`${path}?labelSelector=${encodeURIComponent(selector)}`);
        const parsed = parseLabelSelector(selector);
        if (!parsed.ok) {
          refusedCount += 1;
          expect([selector, server.status, parsed.message]).toEqual([selector, 400, server.message]);
          continue;
        }
        const ours = objects.filter(({ metadata }) => matchesLabels(parsed.requirements, metadata.labels ?? {}));
        expect([selector, server.status, names(ours)]).toEqual([selector, 200, names(server.objects)]);
      }
      expect(refusedCount).toBeGreaterThan(200);
      expect(refusedCount).toBeLessThan(selectors.length - 200);
    });
  });

  describe('a field selector', () => {
    test('is refused for each type in the same words, and metadata.namespace for the same types', async () => {
      const listed = types.filter((type) => type.verbs.includes('list'));
      expect(listed.length).toBeGreaterThan(60);
      for (const type of listed) {
        const custom = declaredFields(type);
        const unknown = await get(`${listPath(type)}?fieldSelector=status.nope%3D1`);
        const message = unsupportedFieldMessage(type, 'status.nope', custom);
        expect([type.resource, unknown.status, unknown.message]).toEqual([type.resource, 400, message]);
        const namespace = await get(`${listPath(type)}?fieldSelector=metadata.namespace%3Dx`);
        const accepted = supportedFields(type, custom).includes('metadata.namespace');
        expect([type.resource, namespace.status]).toEqual([type.resource, accepted ? 200 : 400]);
      }
    });

    test.each([
      ['', 'Pod', 3],
      ['', 'Node', 2],
      ['', 'Namespace', 4],
      ['', 'Secret', 2],
      ['', 'Service', 2],
      ['', 'ReplicationController', 2],
      ['', 'Event', 2],
      ['events.k8s.io', 'Event', 2],
      ['batch', 'Job', 2],
      ['certificates.k8s.io', 'CertificateSigningRequest', 1],
      ['resource.k8s.io', 'ResourceSlice', 2],
      ['example.com', 'Widget', 3],
    ])('on every field of %s/%s selects the same objects', async (group, kind, minimumCount) => {
      const type = typeOf(group, kind);
      const custom = declaredFields(type);
      const { objects } = await get(listPath(type));
      expect(objects.length).toBeGreaterThanOrEqual(minimumCount);
      const derived = objects.map((object) => selectableFields(type, object, custom));
      const fields = supportedFields(type, custom).filter((label) => !label.startsWith('metadata.'));
      const selectors = fields.flatMap((field) => {
        const values = derived.map((selectable) => selectable.get(canonicalField(type, field)) ?? '');
        const tried = new Set([...values, '', '0', 'false', 'true', 'nope']);
        return [...tried].flatMap((value) => [`${field}=${value}`, `${field}!=${value}`]);
      });
      for (const selector of selectors) {
        const server = await get(`${listPath(type)}?fieldSelector=${encodeURIComponent(selector)}`);
        const parsed = parseFieldSelector(selector);
        if (!parsed.ok) throw new Error(parsed.message);
        const terms = parsed.terms.map((term) => ({ ...term, field: canonicalField(type, term.field) }));
        const ours = objects.filter((_, index) => matchesFields(terms, derived[index] ?? new Map()));
        expect([selector, server.message, names(ours)]).toEqual([selector, '', names(server.objects)]);
      }
    });

    const text = fc.constantFrom(
      'status.phase',
      'spec.nodeName',
      'x',
      '=',
      '==',
      '!=',
      ',',
      '\\',
      '\\,',
      '\\=',
      '!',
      ' ',
      '😀',
    );
    const sampled = fc.sample(fc.array(text, { maxLength: 7 }), { numRuns: 400, seed: 3 });

    test('of any syntax is read as the server reads it', async () => {
      const pod = typeOf('', 'Pod');
      let refusedCount = 0;
      for (const selector of sampled.map((parts) => parts.join(''))) {
        const server = await get(`/api/v1/pods?limit=1&fieldSelector=${encodeURIComponent(selector)}`);
        const parsed = parseFieldSelector(selector);
        const unsupported = parsed.ok
          ? parsed.terms.find((term) => !supportedFields(pod).includes(term.field))
          : undefined;
        const message = unsupported === undefined ? '' : unsupportedFieldMessage(pod, unsupported.field);
        expect([selector, parsed.ok ? message : parsed.message]).toEqual([selector, server.message]);
        if (server.status !== 200) refusedCount += 1;
      }
      expect(refusedCount).toBeGreaterThan(100);
      expect(refusedCount).toBeLessThan(sampled.length - 50);
    });
  });

  test.each([
    ['pods', 'app in (', ''],
    ['deployments.apps', 'a="b"', 'status.phase=x'],
    ['deployments.apps', '', String.raw`status.phase=x\y`],
    ['widgets.example.com', '', 'spec.nope=1,spec.another=2'],
    ['pods', 'x=(', 'status.nope=1'],
  ])('kubectl wraps the refusal of a selector for %s, -l %j --field-selector %j', async (resource, labels, fields) => {
    const { stderr, code } = await cluster.kubectl(['get', resource, '-l', labels, '--field-selector', fields]);
    const [type] = types.filter((one) => `${one.resource}.${one.group}`.replace(/\.$/, '') === resource);
    if (type === undefined) throw new Error(`${resource} is not served`);
    const parsedLabels = parseLabelSelector(labels);
    const parsedFields = parseFieldSelector(fields);
    const custom = declaredFields(type);
    const fault = !parsedLabels.ok
      ? parsedLabels.message
      : !parsedFields.ok
        ? parsedFields.message
        : unsupportedFieldMessage(type, parsedFields.terms[0]?.field ?? '', custom);
    expect({ stderr, code }).toEqual({
      stderr: `Error from server (BadRequest): ${selectorErrorText(type, { labels, fields }, fault)}\n`,
      code: 1,
    });
  });

  /** `group/version/resource` of every list or object that kubectl asked the server for, in its order, each once. */
  function requestedTypes(stderr: string): readonly string[] {
    const paths = [...stderr.matchAll(/verb="GET" url="https:\/\/[^/]+\/(?:api|apis)\/([^?"]+)/g)];
    const requested = paths
      .map(([, path = '']) => path.replace(/\/namespaces\/default(?=\/)/, '').split('/'))
      .map((parts) => (parts[0] === 'v1' ? ['', ...parts] : parts))
      .filter((parts) => parts.length >= 3);
    return [...new Set(requested.map((parts) => parts.slice(0, 3).join('/')))];
  }

  const spellings = [
    'pods',
    'pod',
    'po',
    'Pod',
    'PODS',
    'PO',
    'pods.',
    'pods.v1.',
    'po.v1.',
    'Pod.v1.',
    'pods.v1',
    'pods.core',
    'deploy',
    'deployments.apps',
    'deployment.v1.apps',
    'Deployment.v1.apps',
    'DEPLOYMENTS',
    'deployments.ap',
    'deploy.ap',
    'deploy.v1.ap',
    'deploy.v7.apps',
    'deployments.v1.ap',
    'deployments.v1.',
    'deployments.v2.apps',
    'ev',
    'events',
    'Event',
    'ev.v1.',
    'events.events.k8s.io',
    'ev.events',
    'ev.ev',
    'events.ev',
    'EV',
    'hpa',
    'hpa.v1.autoscaling',
    'horizontalpodautoscalers.v1.autoscaling',
    'hpa.autosc',
    'storageclass.storage',

    'widgets',
    'widget',
    'Widget',
    'wd',
    'widgets.example',
    'widgets.v1alpha1.example.com',
    'wd.v1alpha1.example.com',

    'services',
    'services.example.com',
    'Service.v1.example.com',
    'ksvc',
    'po.example.com',
    'po.example',
    'svc.example',

    'StrangeKind',
    'strangekind',
    'StrangeKind.example.com',
    'StrangeKind.v1.example.com',
    'strangekind.example.com',
    'odd',
    'odds',
    'STRANGEKIND.example.com',
    'StrangeKind.example',
    'StrangeKind.v2.example.com',

    'foo',
    'foo.v1.bar',
    '.apps',
    'nodes.v1',
    'nodes.v1.',
    'a"b',
    'pods,',
    ',',
    'nodes,no,node',
    'all',
    'all,nodes',
    'wd,all',

    'ev,events.events.k8s.io',
    'gizmos',
    'deploy,nope,ev',
    'api-extensions',
    'crd',
    'crds',
    'ip',
    'endpoints',
    'ep',
  ];

  test.each(spellings)('finds the types of %j as kubectl does', async (text) => {
    const parsed = parseResourceArguments([text], { hasSelector: false });
    if (!parsed.ok) throw new Error(parsed.message);
    const resolved = resolveRequests(parsed.requests, types, { allNamespaces: false });
    const { stderr } = await cluster.kubectl(['get', text, '-v=6', '-o', 'name']);
    const lines = stderr.split('\n').filter((line) => /^(Warning: short name|error: )/.test(line));
    const shown = resolved.warnings.map((warning) => `Warning: ${warning}`);
    if (!resolved.ok) {
      expect(lines).toEqual([...shown, resolved.message]);
      return;
    }
    if (resolved.form !== 'list') throw new Error('one argument lists');
    expect(lines).toEqual(shown);
    expect(requestedTypes(stderr)).toEqual(
      resolved.types.map((type) => [type.group, type.version, type.resource].join('/')),
    );
  });

  test.each([
    [[]],
    [['pods', 'a/b']],
    [['a/b/c']],
    [['pods,svc', 'a/b']],
    [['pods/']],
    [['/x']],
    [['a,b/x']],
    [['pods,', 'x']],
    [['pods,svc', '']],
    [['foo', 'x', '-l', 'a']],
    [['foo/x', '-l', 'a']],
    [['foo', 'x', '-A']],
    [['pods', 'x', '-A']],
    [['node/n1', 'pod/p', '-A']],
    [['all', 'x']],
    [['all,nodes', 'x']],
    [['pods,pods/x']],
    [['pods', '']],
    [['pods', '.']],
    [['pods', '%"']],
  ])('refuses get %j as kubectl does', async (args) => {
    const hasSelector = args.includes('-l');
    const plain = args.slice(0, hasSelector ? -2 : undefined).filter((argument) => argument !== '-A');
    const parsed = parseResourceArguments(plain, { hasSelector });
    const { stderr, code } = await cluster.kubectl(['get', ...args]);
    expect({ stderr, code }).toEqual({ stderr: `${refusal()}\n`, code: 1 });

    function refusal(): string | undefined {
      if (!parsed.ok) return parsed.message;
      const resolved = resolveRequests(parsed.requests, types, { allNamespaces: args.includes('-A') });
      if (!resolved.ok) return resolved.message;
      if (resolved.form === 'list') return undefined;
      return resolved.objects.map(({ name }) => `error: ${nameFault(name)}`).join('\n');
    }
  });
});

function names(objects: readonly KubeObject[]): readonly string[] {
  return objects.map(({ metadata }) => `${metadata.namespace ?? ''}/${metadata.name}`);
}
