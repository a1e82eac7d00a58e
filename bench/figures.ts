/** A line of the benchmark that has no command beside it: one number and its bar. */
export interface Figure {
  readonly what: string;
  /** In `unit`; lower is better. */
  readonly value: number;
  readonly unit: 'us' | 'ms' | 's' | 'MiB' | 'requests a minute' | 'lists' | 'errors' | 'x';
  /** What it must not exceed; undefined for what is only told. */
  readonly bar: number | undefined;
  /** What else was seen. */
  readonly note: string;
}

/** A figure that has no bar is neither. */
export function isFigureReached({ value, bar }: Figure): boolean | undefined {
  return bar === undefined ? undefined : value <= bar;
}

function text(value: number, unit: Figure['unit']): string {
  if (unit === 'x') return `${value.toFixed(2)} x`;
  return `${value >= 100 || Number.isInteger(value) ? Math.round(value) : value.toFixed(1)} ${unit}`;
}

/** The figures with a heading, as cells. */
export function figureCells(figures: readonly Figure[]): readonly (readonly string[])[] {
  return [
    ['WHAT', 'NAVI', 'BAR', 'VERDICT', 'NOTE'],
    ...figures.map((figure) => {
      const isReached = isFigureReached(figure);
      return [
        figure.what,
        text(figure.value, figure.unit),
        figure.bar === undefined ? 'told' : `<= ${text(figure.bar, figure.unit)}`,
        isReached === undefined ? '-' : isReached ? 'reached' : 'MISSED',
        figure.note,
      ];
    }),
  ];
}
