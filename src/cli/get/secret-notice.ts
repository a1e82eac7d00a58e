import { shellWord } from '../../core/shell-word.ts';
import type { GetPlan } from './get-plan.ts';
import { isTable, type GetRequest } from './get-request.ts';

/**
 * A line for whoever asked for Secrets in a form that would hold their values: the mirror does not have them, and how
 * they are had. Undefined where nothing is missing.
 */
export function withoutValues(request: GetRequest, plan: GetPlan, argv: readonly string[]): string | undefined {
  if (isTable(request.output) || request.output.format.toLowerCase() === 'name') return undefined;
  const isSecret = plan.steps.some(
    ({ type, live }) => live === undefined && type.group === '' && type.resource === 'secrets',
  );
  if (!isSecret) return undefined;
  return `navi: values of Secrets are not mirrored; this has them: kubectl get ${argv.map(shellWord).join(' ')}`;
}
