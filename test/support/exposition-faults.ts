/** One sample line, taken apart. */
interface Sample {
  readonly name: string;
  readonly labels: ReadonlyMap<string, string>;
  readonly value: number;
}

interface Family {
  readonly name: string;
  readonly type: string;
  readonly samples: Sample[];
}

const namePattern = /^[a-zA-Z_:][a-zA-Z0-9_:]*/;
const labelPattern = /^([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\[\\"n])*)"(,|})/;
const valuePattern = /^(NaN|[+-]Inf|[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?)$/i;

/**
 * What of a text is not as the exposition format of Prometheus (0.0.4) wants it, a line each. Stricter: every family has
 * its help and type, counters end in `_total`, and nothing else does.
 */
export function expositionFaults(text: string): readonly string[] {
  const faults: string[] = [];
  const families = new Map<string, Family>();
  let help: string | undefined;
  let open: Family | undefined;
  if (text !== '' && !text.endsWith('\n')) faults.push('the last line has no line feed');
  for (const line of text.split('\n').slice(0, -1)) {
    const [, kind, name = '', rest = ''] = /^# (HELP|TYPE) (\S+) (.*)$/.exec(line) ?? [];
    if (kind === 'HELP') {
      if (families.has(name)) faults.push(`${name} comes twice`);
      if (name.replace(namePattern, '') !== '') faults.push(`${name} is no name`);
      help = name;
      open = undefined;
    } else if (kind === 'TYPE') {
      if (help !== name) faults.push(`${name} has no help before its type`);
      if (!['counter', 'gauge', 'histogram'].includes(rest)) faults.push(`${name} is of type ${rest}`);
      if ((rest === 'counter') !== name.endsWith('_total')) faults.push(`${name} is a ${rest}`);
      open = { name, type: rest, samples: [] };
      families.set(name, open);
    } else {
      const sample = parseSample(line);
      if (sample === undefined) faults.push(`no sample: ${line}`);
      else if (open === undefined || familyOf(sample.name, open.type) !== open.name)
        faults.push(`${sample.name} does not stand under its type`);
      else open.samples.push(sample);
    }
  }
  return [...faults, ...[...families.values()].flatMap((family) => familyFaults(family))];
}

function familyOf(name: string, type: string): string {
  return type === 'histogram' ? name.replace(/_(bucket|sum|count)$/, '') : name;
}

function parseSample(line: string): Sample | undefined {
  const name = namePattern.exec(line)?.[0];
  if (name === undefined) return undefined;
  let rest = line.slice(name.length);
  const labels = new Map<string, string>();
  if (rest.startsWith('{')) {
    rest = rest.slice(1);
    for (let ending = ','; ending !== '}';) {
      const [whole = '', label = '', text = '', found] = labelPattern.exec(rest) ?? [];
      if (found === undefined || labels.has(label)) return undefined;
      labels.set(label, text);
      rest = rest.slice(whole.length);
      ending = found;
    }
  }
  if (!rest.startsWith(' ') || !valuePattern.test(rest.slice(1))) return undefined;
  return { name, labels, value: Number(rest.slice(1).replace('Inf', 'Infinity')) };
}

function familyFaults({ name, type, samples }: Family): readonly string[] {
  if (samples.length === 0) return [`${name} has no samples`];
  const keys = samples.map((sample) => seriesKey(sample));
  const faults = keys.filter((key, index) => keys.indexOf(key) !== index).map((key) => `${key} comes twice`);
  if (type === 'counter' && samples.some(({ value }) => value < 0)) faults.push(`${name} is below zero`);
  if (type === 'histogram') faults.push(...histogramFaults(name, samples));
  return faults;
}

function seriesKey({ name, labels }: Sample, without = ''): string {
  const pairs = [...labels].filter(([label]) => label !== without).map(([label, text]) => `${label}="${text}"`);
  return `${name}{${pairs.sort().join(',')}}`;
}

function histogramFaults(name: string, samples: readonly Sample[]): readonly string[] {
  const named = (suffix: string): readonly Sample[] => samples.filter((sample) => sample.name === `${name}${suffix}`);
  const faults: string[] = [];
  for (const count of named('_count')) {
    const key = seriesKey({ ...count, name });
    const own = (sample: Sample): boolean => seriesKey({ ...sample, name }, 'le') === key;
    const buckets = named('_bucket').filter(own);
    const bounds = buckets.map(({ labels }) => Number((labels.get('le') ?? '').replace('Inf', 'Infinity')));
    if (bounds.some((bound, index) => !(bound > (bounds[index - 1] ?? Number.NEGATIVE_INFINITY))))
      faults.push(`${key}: bounds do not grow`);
    if (buckets.some(({ value }, index) => value < (buckets[index - 1]?.value ?? 0))) faults.push(`${key} falls`);
    if (bounds.at(-1) !== Number.POSITIVE_INFINITY) faults.push(`${key} has no bucket for all`);
    if (buckets.at(-1)?.value !== count.value) faults.push(`${key}: the count is not that of its last bucket`);
    if (named('_sum').filter(own).length !== 1) faults.push(`${key} has no sum`);
  }
  return faults;
}
