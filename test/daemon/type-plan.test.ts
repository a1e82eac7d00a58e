import { describe, expect, test } from 'vitest';
import { defaultConfig } from '../../src/config/config.ts';
import { parseConfig } from '../../src/config/read-config.ts';
import type { KubeObject } from '../../src/core/kube-object.ts';
import { plainPrinting, type ServerPrinting } from '../../src/daemon/server-printing.ts';
import { planTypes, type PlanContext, type PlannedType } from '../../src/daemon/type-plan.ts';
import type { DiscoveredType } from '../../src/kube/discovery.ts';

const known: PlanContext = {
  serverMinor: 36,
  definitions: new Map(),
  versionInUse: new Map(),
  aggregatedApis: new Map(),
  printings: new Map(),
  retrieval: defaultConfig.retrieval,
};

function type(name: string, version = 'v1'): DiscoveredType {
  const [resource = '', ...group] = name.split('.');
  const fixed = { singular: '', kind: 'Thing', namespaced: true, shortNames: [], categories: [], groupPosition: 0 };
  return { ...fixed, resource, group: group.join('.'), version, verbs: ['get', 'list', 'watch'] };
}

function plan(name: string, context: Partial<PlanContext> = {}): PlannedType {
  const discovery = { types: [type(name)], unknown: [] };
  return planTypes(discovery, { ...known, ...context })[0] as PlannedType;
}

const aggregated = (identity: string): Pick<PlanContext, 'aggregatedApis'> => ({
  aggregatedApis: new Map([['market.example.org/v1', identity]]),
});

const definition: KubeObject = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'orders.market.example.org', uid: 'u', generation: 1 },
  spec: { versions: [{ name: 'v1', additionalPrinterColumns: [{ name: 'Total', type: 'integer', jsonPath: '.t' }] }] },
};

describe('a type of an aggregated API', () => {
  test('is printed by its server, and shows name and age until that was asked', () => {
    const { recipe } = plan('orders.market.example.org', aggregated('one'));
    expect(recipe.printing).toEqual(plainPrinting);
    expect(recipe.type.columns.map(({ name }) => name)).toEqual(['Name', 'Age']);
  });

  test('keeps the columns that its stored rows have', () => {
    const columns = [{ name: 'Total', type: 'number', format: '', priority: 0 }];
    const printing: ServerPrinting = { form: 'table', columns };
    const printings = new Map([['orders.market.example.org', printing]]);
    const planned = plan('orders.market.example.org', { ...aggregated('one'), printings });
    expect(planned.recipe.printing).toEqual(printing);
    expect(planned.recipe.type.columns).toEqual(columns);
    expect(planned.shape).toBe(plan('orders.market.example.org', aggregated('one')).shape);
  });

  test('has another shape once another service answers for it', () => {
    const shapeOf = (identity: string): string => plan('orders.market.example.org', aggregated(identity)).shape;
    expect(shapeOf('one')).toBe(shapeOf('one'));
    expect(shapeOf('one')).not.toBe(shapeOf('two'));
  });

  test('is aggregated by group and version, whatever its group is called', () => {
    const aggregatedApis = new Map([['things.k8s.io/v1', 'one']]);
    expect(plan('widgets.things.k8s.io', { aggregatedApis }).recipe.printing).toBeDefined();
    expect(plan('widgets.other.k8s.io', { aggregatedApis }).recipe.printing).toBeUndefined();
    expect(
      plan('widgets.things.k8s.io', { aggregatedApis: new Map([['things.k8s.io/v2', 'one']]) }).recipe.printing,
    ).toBe(undefined);
  });

  test('of measurements stays off', () => {
    const aggregatedApis = new Map([['metrics.k8s.io/v1', 'one']]);
    expect(plan('nodes.metrics.k8s.io', { aggregatedApis }).recipe.type.retrieval).toBe('off');
  });
});

describe('a type that kube-apiserver serves', () => {
  test.each(['pods', 'deployments.apps', 'roles.rbac.authorization.k8s.io', 'orders.market.example.org'])(
    'is printed by navi: %s',
    (name) => {
      expect(plan(name).recipe.printing).toBeUndefined();
    },
  );

  test('is printed by navi where a definition tells how, whether or not API services can be read', () => {
    const definitions = new Map([['orders.market.example.org', definition]]);
    for (const aggregatedApis of [undefined, new Map<string, string>()]) {
      const planned = plan('orders.market.example.org', { definitions, aggregatedApis });
      expect(planned.recipe.printing).toBeUndefined();
      expect(planned.recipe.type.columns.map(({ name }) => name)).toEqual(['Name', 'Total']);
      expect(planned.definedBy).toBe('orders.market.example.org');
    }
  });
});

describe('while API services cannot be read', () => {
  test('types of groups that are not of Kubernetes are printed by their server, and no others', () => {
    const printed = (name: string): boolean => plan(name, { aggregatedApis: undefined }).recipe.printing !== undefined;
    expect(printed('orders.market.example.org')).toBe(true);
    for (const name of ['pods', 'deployments.apps', 'roles.rbac.authorization.k8s.io'])
      expect(printed(name)).toBe(false);
  });
});

describe('the policies of the configuration', () => {
  const configured = (...lines: readonly string[]): Pick<PlanContext, 'retrieval'> => ({
    retrieval: parseConfig(lines.join('\n'), 'config.toml').retrieval,
  });
  const told = (name: string, ...lines: readonly string[]): string => {
    const { retrieval, retrievalReason, aliasOf } = plan(name, configured(...lines)).recipe.type;
    return [retrieval, retrievalReason, aliasOf].filter((part) => part !== undefined && part !== '').join(': ');
  };
  const everything = (mode: string): string => `[retrieval]\n"*" = { mode = "${mode}" }`;

  test.each([
    ['pods', '', 'watch'],
    ['leases.coordination.k8s.io', '', 'poll: renewed every few seconds by every node'],
    ['leases.coordination.k8s.io', 'retrieval."leases.coordination.k8s.io".mode = "watch"', 'watch'],
    ['pods', 'retrieval.pods = { mode = "poll", interval = "1h" }', 'poll: polled by the configuration'],
    ['pods', 'retrieval.pods.mode = "used"', 'used: followed while it is asked for'],
    ['pods', 'retrieval.pods.mode = "off"', 'off: off in the configuration'],
    ['services', 'retrieval.pods.mode = "off"', 'watch'],
    ['pods', everything('used'), 'used: followed while it is asked for'],
    ['pods', `${everything('used')}\npods = {}`, 'watch'],
    ['leases.coordination.k8s.io', everything('watch'), 'watch'],
    ['namespaces', everything('off'), 'watch'],
    ['customresourcedefinitions.apiextensions.k8s.io', everything('used'), 'watch'],
    ['events.events.k8s.io', everything('used'), 'alias: the same objects as core events: events'],
    ['events.events.k8s.io', 'retrieval.events.mode = "off"', 'off: off in the configuration'],
    ['componentstatuses', everything('watch'), 'off: probed at each request, not stored by the cluster'],
    ['nodes.metrics.k8s.io', everything('used'), 'off: measurements, not objects'],
  ])('%s with %j are %s', (name, configuration, expected) => {
    expect(told(name, configuration)).toBe(expected);
  });

  test('do not make a type watched that cannot be', () => {
    const unwatchable = { ...type('pods'), verbs: ['list'] };
    for (const [mode, expected] of [
      ['watch', 'poll'],
      ['used', 'used'],
    ]) {
      const context = { ...known, ...configured(everything(mode ?? '')) };
      const [planned] = planTypes({ types: [unwatchable], unknown: [] }, context);
      expect(planned?.recipe.type.retrieval).toBe(expected);
    }
  });
});
