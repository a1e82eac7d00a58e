import type { MirrorReader } from '../../store/open-reader.ts';

/** What the objects of a type are to somebody who looks for a name. */
export interface TypeStanding {
  /** 0 for what people work with, 1 for what controllers keep for themselves, 2 for events: those come behind what they tell of. */
  readonly tier: 0 | 1 | 2;
  /** Among types of the tier, less is better. */
  readonly place: number;
}

/** Resources of Kubernetes' own groups, the ones that are asked for by name most before the others. */
const places: readonly (readonly string[])[] = [
  // What has pods: the others of the same name are made for it.
  ['deployments', 'statefulsets', 'daemonsets', 'cronjobs'],
  ['jobs', 'replicasets', 'replicationcontrollers'],
  ['namespaces', 'nodes'],
  ['services'],
  ['pods'],
  ['ingresses', 'gateways', 'httproutes', 'grpcroutes', 'tlsroutes', 'tcproutes'],
];

/** Types of other groups: what a company or a product adds. */
const customPlace = places.length;

/** What belongs to something else: settings, volumes, limits. */
const otherPlace = customPlace + 1;

/** Who may do what: many have the name of a workload. */
const identities: ReadonlySet<string> = new Set([
  'serviceaccounts',
  'roles',
  'rolebindings',
  'clusterroles',
  'clusterrolebindings',
]);

/** What controllers and nodes keep for themselves. */
const bookkeeping: ReadonlySet<string> = new Set([
  'apiservices',
  'controllerrevisions',
  'csinodes',
  'csistoragecapacities',
  'endpoints',
  'endpointslices',
  'leases',
  'podtemplates',
  'volumeattachments',
]);

const worst: TypeStanding = { tier: 1, place: 0 };

function standingOf(group: string, resource: string): TypeStanding {
  // Kubernetes' own groups have plain names or end so.
  if (group.includes('.') && !group.endsWith('.k8s.io')) return { tier: 0, place: customPlace };
  if (resource === 'events') return { tier: 2, place: 0 };
  if (bookkeeping.has(resource)) return { tier: 1, place: 0 };
  if (identities.has(resource)) return { tier: 0, place: otherPlace + 1 };
  const place = places.findIndex((resources) => resources.includes(resource));
  return { tier: 0, place: place < 0 ? otherPlace : place };
}

/** The standing of each type, and the types in groups of one standing, best first. */
export interface TypeStandings {
  of(typeId: number): TypeStanding;
  readonly groups: readonly (readonly number[])[];
}

/** Reads all types with rows of their own. */
export function typeStandings({ sqlite }: MirrorReader): TypeStandings {
  const rows = sqlite.prepare('select id, api_group, resource from resource_type where alias_of is null').all() as {
    readonly id: number;
    readonly api_group: string;
    readonly resource: string;
  }[];
  const byId = new Map(rows.map(({ id, api_group: group, resource }) => [id, standingOf(group, resource)]));
  const ids = [...byId.keys()].toSorted((a, b) => compareStandings(byId.get(a) ?? worst, byId.get(b) ?? worst));
  const groups = Map.groupBy(ids, (id) => JSON.stringify(byId.get(id)));
  return { of: (typeId) => byId.get(typeId) ?? worst, groups: [...groups.values()] };
}

/** Negative where the first is better. */
export function compareStandings(a: TypeStanding, b: TypeStanding): number {
  return a.tier - b.tier || a.place - b.place;
}
