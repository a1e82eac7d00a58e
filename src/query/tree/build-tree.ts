import type { GraphObject, Link, ObjectGraph } from './object-graph.ts';
import { podTemplate } from './object-references.ts';

/** An object in its place in a tree. */
export interface TreeNode {
  readonly object: GraphObject;
  /** What it has to do with the node above: `owns`, `uses`, `is selected by` …; empty at the top. */
  readonly relation: string;
  /** It need not exist. */
  readonly isOptional: boolean;
  /** The object that was asked for. */
  readonly isAsked: boolean;
  /** It stands further up already: what belongs to it is there. */
  readonly isRepeated: boolean;
  readonly children: readonly TreeNode[];
}

/** The passive form of what a referrer does. */
const passive: Readonly<Record<string, string>> = {
  'applies to': 'is restricted by',
  'belongs to': 'is used by',
  calls: 'is called by',
  grants: 'is granted by',
  guards: 'is guarded by',
  'is bound to': 'is bound to',
  'is governed by': 'governs',
  'is of class': 'is class of',
  'points to': 'is an endpoint of',
  'pulls with': 'is used by',
  'routes to': 'is routed to by',
  'runs as': 'is used by',
  'runs on': 'runs',
  scales: 'is scaled by',
  selects: 'is selected by',
  to: 'is a subject of',
  uses: 'is used by',
};

/** Longest chain of owners that is followed: an object that owns itself has no top. */
const ownerCountMax = 20;

/**
 * The tree of an object: its owners from the top, then what it owns, what it refers to, and what refers to it, each
 * object in full once. Of an owner only the way down to the object is shown.
 */
export function buildTree(graph: ObjectGraph, asked: GraphObject): TreeNode {
  return new TreeBuilder(graph, asked).build();
}

class TreeBuilder {
  readonly #graph: ObjectGraph;
  readonly #asked: GraphObject;
  readonly #shown = new Set<string>();

  constructor(graph: ObjectGraph, asked: GraphObject) {
    this.#graph = graph;
    this.#asked = asked;
  }

  build(): TreeNode {
    const path = this.#path();
    for (const object of path) this.#shown.add(keyOf(object));
    return this.#ofPath(path, 0);
  }

  /** The owners from the top, and the object. */
  #path(): readonly GraphObject[] {
    const path = [this.#asked];
    for (let object = this.#graph.owner(this.#asked); object !== undefined; object = this.#graph.owner(object)) {
      const isLoop = path.some((each) => keyOf(each) === keyOf(object as GraphObject));
      if (isLoop || path.length > ownerCountMax) break;
      path.unshift(object);
    }
    return path;
  }

  #ofPath(path: readonly GraphObject[], index: number): TreeNode {
    const object = path[index] ?? this.#asked;
    const relation = index === 0 ? '' : 'owns';
    const isAsked = index === path.length - 1;
    const node = { object, relation, isOptional: false, isAsked, isRepeated: false };
    if (isAsked) return { ...node, children: this.#around(object) };
    const referrers = object.state === 'present' ? this.#referrers(object) : [];
    return { ...node, children: [...referrers, this.#ofPath(path, index + 1)] };
  }

  /** All that has to do with the object that was asked for. */
  #around(object: GraphObject): readonly TreeNode[] {
    return [...this.#owned(object), ...this.#references(object), ...this.#referrers(object)];
  }

  #owned(object: GraphObject): readonly TreeNode[] {
    return this.#graph.owned(object).map((each) => this.#node(each, 'owns', false, () => this.#below(each)));
  }

  /** Below what is owned: what that owns, and what it refers to, unless that follows from the template further up. */
  #below(object: GraphObject): readonly TreeNode[] {
    const hasTemplate = podTemplate({ ...object, object: this.#graph.body(object) }) !== undefined;
    const isTemplated = object.kind === 'Pod' || (hasTemplate && object.kind === 'ReplicaSet');
    return [...this.#owned(object), ...(isTemplated ? [] : this.#references(object))];
  }

  /** @param from the object above, which need not be told again; else what is owned is told already */
  #references(object: GraphObject, from?: GraphObject): readonly TreeNode[] {
    const known = new Set((from === undefined ? this.#graph.owned(object) : [from]).map(keyOf));
    return this.#graph
      .references(object)
      .filter((link) => !known.has(keyOf(link.object)))
      .map((link) => this.#link(link, link.verb, () => this.#references(link.object, object)));
  }

  /** What refers to an object, and how that is reached in turn. */
  #referrers(object: GraphObject): readonly TreeNode[] {
    return this.#graph
      .referrers(object)
      .filter((link) => !this.#shown.has(keyOf(link.object)))
      .map((link) =>
        this.#link(link, passive[link.verb] ?? `${link.verb} it`, () =>
          link.object.kind === 'Service' ? this.#referrers(link.object) : [],
        ),
      );
  }

  #link({ object, isOptional }: Link, relation: string, children: () => readonly TreeNode[]): TreeNode {
    // The pods of a service and the like are leaves: what they use is the business of their owner.
    return this.#node(object, relation, isOptional, object.kind === 'Pod' ? () => [] : children);
  }

  #node(object: GraphObject, relation: string, isOptional: boolean, children: () => readonly TreeNode[]): TreeNode {
    const isRepeated = this.#shown.has(keyOf(object));
    this.#shown.add(keyOf(object));
    const below = isRepeated || object.state !== 'present' ? [] : children();
    return { object, relation, isOptional, isAsked: false, isRepeated, children: below };
  }
}

/** What an object is known by within a tree. */
export function keyOf({ group, kind, namespace, name }: GraphObject): string {
  return JSON.stringify([group, kind, namespace, name]);
}
