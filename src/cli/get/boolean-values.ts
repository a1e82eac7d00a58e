import { NaviError } from '../../errors/navi-error.ts';

const truths = new Set(['1', 't', 'T', 'true', 'TRUE', 'True']);
const falsehoods = new Set(['0', 'f', 'F', 'false', 'FALSE', 'False']);

/**
 * Arguments with `--FLAG=true` of a boolean flag as `--FLAG`, and without it for `--FLAG=false` (kubectl 1.36); of several
 * the last one counts. What follows `--` is left alone.
 * @throws NAVI_AS_KUBECTL for any other value
 */
export function plainBooleans(argv: readonly string[], booleans: ReadonlySet<string>): string[] {
  const end = argv.includes('--') ? argv.indexOf('--') : argv.length;
  const plain: string[] = [];
  for (const argument of argv.slice(0, end)) {
    const [, name = '', value = ''] = /^--([\w-]+)=(.*)$/s.exec(argument) ?? [];
    if (!booleans.has(name)) {
      plain.push(argument);
      continue;
    }
    if (!truths.has(value) && !falsehoods.has(value)) throw invalid(name, value);
    while (plain.includes(`--${name}`)) plain.splice(plain.indexOf(`--${name}`), 1);
    if (truths.has(value)) plain.push(`--${name}`);
  }
  return [...plain, ...argv.slice(end)];
}

function invalid(name: string, value: string): NaviError {
  const quoted = JSON.stringify(value);
  return new NaviError(
    'NAVI_AS_KUBECTL',
    `error: invalid argument ${quoted} for "--${name}" flag: strconv.ParseBool: parsing ${quoted}: invalid syntax\n` +
      "See 'kubectl get --help' for usage.",
  );
}
