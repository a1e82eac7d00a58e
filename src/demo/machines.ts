/** A machine of the company. */
export interface Machine {
  readonly name: string;
  readonly zone: string;
  readonly address: string;
  readonly isControlPlane: boolean;
  /** The last one has been out of touch for a while. */
  readonly isLost: boolean;
}

function machine(name: string, zone: string, lastByte: number): Machine {
  return {
    name,
    zone: `harbor-${zone}`,
    address: `10.20.0.${lastByte}`,
    isControlPlane: name.startsWith('control'),
    isLost: name === 'worker-c-2',
  };
}

/** All machines; those that take work are the ones after the first. */
export const machines: readonly Machine[] = [
  machine('control-a-1', 'a', 10),
  machine('worker-a-1', 'a', 21),
  machine('worker-a-2', 'a', 22),
  machine('worker-b-1', 'b', 31),
  machine('worker-c-1', 'c', 41),
  machine('worker-c-2', 'c', 42),
];

/** The machines that take work and answer. */
export const liveWorkers: readonly Machine[] = machines.filter((entry) => !entry.isControlPlane && !entry.isLost);
