import type { Health } from '../core/scope-status.ts';
import { caution, type TableStyle } from './navi-table.ts';

/** A health, or what stands for it, in its colour: green, yellow or red. */
export function paintedHealth(health: Health | undefined, { color }: TableStyle, text: string = health ?? ''): string {
  switch (health) {
    case 'healthy':
      return color.green(text);
    case 'degraded':
      return caution(color)(text);
    case 'unhealthy':
      return color.red(text);
    case undefined:
      return text;
  }
}
