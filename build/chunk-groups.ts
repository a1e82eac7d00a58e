import { isRare } from './rare-modules.ts';

/** Modules of src by their paths without suffix, which may be patterns. */
function modules(...paths: readonly string[]): RegExp {
  const path = paths.join('|').replaceAll('/', String.raw`[/\\]`);
  return new RegExp(String.raw`[/\\]src[/\\](?:${path})\.ts$`);
}

const packages = (...names: readonly string[]): RegExp =>
  new RegExp(String.raw`[/\\]node_modules[/\\](?:${names.join('|').replaceAll('/', String.raw`[/\\]`)})[/\\]`);

const either = (one: RegExp, other: RegExp): RegExp => new RegExp(`${one.source}|${other.source}`);

/**
 * What is loaded together, each as one file: to find and read a file takes longer than to run what is in it. `get pods` loads 8
 * files in place of 21, some 4 ms of the 30 that Node itself takes.
 */
const together = {
  /** What opens user.db: a command that needs no filter, action or alert does not. */
  user: modules('store/(?:user-store|keep-copy)'),
  /** What reads config.toml: a command that only answers from the mirror does so where the file mentions a setting for it. */
  config: either(modules('config/(?!config-file).*'), packages('smol-toml')),
  /** Small ones that many have a use for. */
  common: modules(
    'cli/(?:moment|standard-input|named-type)',
    'derive/columns/rfc3339',
    'core/(?:byte-text|quantity|ip-address|json-difference)',
    'query/(?:sql-part|term-conditions|object-query|not-found|events/event-facts)',
    'store/(?:history-handle|cell-columns)',
  ),
  /** What commands with the arguments and flags of kubectl read these with. */
  kubectl: modules(
    'cli/get/(?:flag-table|flag-values|get-request|help-flags|parse-flags|query-flags|refuse-flags)',
    'core/pdq-sort',
    'errors/as-kubectl',
  ),
  /** What reads rows as they are printed: for `get`, and for others that have some use of it. */
  rows: modules(
    'cli/get/(?:get-rows|held-snapshot|object-row|plain-table|failure|found-object|why-live)',
    'core/(?:selector/[a-z-]+|cell|go-number|events-group-form)',
    'output/(?:cell-text|object-table|table-layout)',
  ),
  /** What `get` needs besides for a table. */
  get: modules(
    'cli/get/(?:run-get|get-tables|answer-sink|secret-notice|get-plan|get-target|read-plan|sortable-rows|sort-rows|manifest-plan)',
    'query/(?:resolve-requests|selector-error|sort-value|sort-objects)',
    'manifest/(?:manifest-errors|manifest-entry|resolve-manifests|manifest-arguments)',
    'core/(?:jsonpath/(?!print-value).*|sorted-members|go-value-text|go-unquote)',
    'output/warning-line',
    'cel/own-variables',
  ),
  /** What prints whole objects. */
  documents: modules(
    'cli/get/(?:printers/.*|get-objects)',
    'output/indent-json',
    'core/(?:jsonpath/print-value|go-template/(?!format-(?:flags|float)).*)',
  ),
  yaml: modules('output/(?:yaml-.*|strings-through-yaml)', 'core/yaml-number'),
  /** What arranges rows by their columns: `--order-by`, `--group-by`. */
  arrangement: modules(
    'cli/get/(?:row-query|positions-by-values)',
    'query/where/(?:row-value|row-order)',
    'cel/(?:expression-needs|expression-names|expression-walk|cell-value|cel-internals|where-fault)',
    'cel/functions/(?:address-value|duration-text|quantity-value)',
  ),
  /** What understands expressions besides: `--where` needs nearly all of it. */
  expression: either(modules('cel/.*', 'query/where/.*'), packages('@marcbachmann/cel-js')),
  /** What lists such as those of `navi containers` are printed with. */
  listing: modules(
    'cli/listing/(?:listing-text|run-listing|listing-flags|place-flags)',
    'query/(?:left-out|place)',
    'output/(?:narrow-table|shown-context)',
  ),
  tree: modules('query/(?:tree/(?!why).*|looked-places)', 'cli/tree/(?:tree-json|tree-lines)', 'core/served-secrets'),
  /** What reads further back than the mirror. */
  past: modules('store/(?:history-reader|logged-entries|stored-state|rebuild-state)', 'query/history/past'),
};

/** Of several groups a module goes with that of the highest priority; 2 unless told. */
const priorities: Readonly<Partial<Record<keyof typeof together, number>>> = {
  expression: 1,
  user: 3,
  config: 3,
  common: 3,
};

/**
 * The groups of rolldown: what every start needs, which `navi sql` goes without the rest of, what hardly any command needs, what
 * most do, and what is loaded together. That only where several have it: a program of one file, such as a thread's, finds no other.
 */
export const chunkGroups = [
  { name: 'start', test: /[/\\]src[/\\]main\.ts$/, priority: 1 },
  { name: 'rare', test: isRare, priority: 3, includeDependenciesRecursively: false },
  { name: 'core', minShareCount: 15 },
  ...Object.entries(together).map(([name, test]) => ({
    name,
    test,
    priority: priorities[name as keyof typeof together] ?? 2,
    minShareCount: 2,
    includeDependenciesRecursively: false,
  })),
];
