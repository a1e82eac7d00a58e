import { parseFieldSelector } from '../../core/selector/field-selector.ts';
import { parseLabelSelector } from '../../core/selector/label-selector.ts';
import { kubectlError } from '../../errors/as-kubectl.ts';
import { NaviError } from '../../errors/navi-error.ts';
import { withoutPassword } from '../../kubeconfig/url-password.ts';
import { parseResourceArguments } from '../../query/resource-arguments.ts';
import { parseExpression } from '../../cel/parse-expression.ts';
import { refuseBadKey, refuseBadOrder } from '../../query/where/refuse-bad-key.ts';
import { getRequest, isTable, type GetRequest } from '../get/get-request.ts';
import { commandLine, readGetFlags, type GetCommandLine } from '../get/parse-flags.ts';
import { choosePrinter } from '../get/printers/choose-printer.ts';
import { credentialFlags, refuseFlagsTogether } from '../get/refuse-flags.ts';
import { asUsage } from './as-usage.ts';

/**
 * Refuses arguments that `navi get` would not take whatever there is in the cluster, and those that no filter may hold. What
 * is left for the time of the question: types, columns, contexts, and files.
 * @throws NAVI_USAGE
 */
export function checkArguments(words: readonly string[]): void {
  try {
    const [first = '', second] = words;
    if (words.join('').trim() === '') {
      throw usage('a filter needs arguments: what would stand behind navi get', 'for example pods -A');
    }
    if (['navi', 'kubectl'].includes(first) && second === 'get') {
      throw usage(`a filter has what stands behind ${first} get`, `leave out ${first} get`);
    }
    const line = commandLine(readGetFlags(words));
    refuseFilters(line);
    refuseCredentials(line);
    const request = getRequest(line);
    if (line.text('raw') === '') checkRequest(request);
  } catch (error) {
    throw asUsage(error);
  }
}

function refuseFilters(line: GetCommandLine): void {
  const [first = ''] = line.args;
  if (first.startsWith('@')) {
    throw usage(
      `a filter cannot be made of another one, such as ${first}`,
      'navi filter show NAME prints what one is made of',
    );
  }
  if (line.isGiven('filters')) {
    throw usage('a filter cannot name a file of filters', 'navi get @NAME --filters FILE names it');
  }
}

function refuseCredentials(line: GetCommandLine): void {
  const where = '--context NAME and --user NAME bring those of the kubeconfig';
  const flag = credentialFlags.find((name) => line.isGiven(name));
  if (flag !== undefined) throw usage(`--${flag} is a credential, and a filter never holds one`, where);
  const hasPassword = (url: string): boolean => withoutPassword(url) !== url;
  if ([line.text('server'), ...line.list('filename')].some(hasPassword)) {
    throw usage('a URL there has a user in it, and a filter never holds a credential', where);
  }
}

function checkRequest(request: GetRequest): void {
  const { args, selector, fieldSelector, output, query } = request;
  refuseFlagsTogether(request);
  const labels = parseLabelSelector(selector.trim());
  if (!labels.ok) throw kubectlError(`--selector: ${labels.message}`);
  const fields = parseFieldSelector(fieldSelector.trim());
  if (!fields.ok) throw kubectlError(`--field-selector: ${fields.message}`);
  if (args.length > 0) {
    const hasSelector = selector.trim() !== '' || fieldSelector.trim() !== '';
    const parsed = parseResourceArguments(args, { hasSelector });
    if (!parsed.ok) throw kubectlError(parsed.message);
  }
  // A file that a format names need not be there yet.
  if (!isTable(output) && !/^[a-z-]*file\b/.test(output.format)) choosePrinter(output);
  if (query === undefined) return;
  if (query.where !== '') parseExpression('--where', query.where, 'bool');
  if (query.orderBy !== '') refuseBadOrder('--order-by', query.orderBy);
  if (query.groupBy !== '') refuseBadKey('--group-by', query.groupBy);
}

function usage(message: string, hint: string): NaviError {
  return new NaviError('NAVI_USAGE', message, { hints: [hint] });
}
