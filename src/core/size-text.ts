const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const;

/** A size for people, in the largest unit of which there is one: `512 B`, `1.4 MiB`, `23 GiB`. @param bytes not negative */
export function sizeText(bytes: number): string {
  let size = bytes;
  let step = 0;
  while (size >= 1024 && step < units.length - 1) {
    size /= 1024;
    step += 1;
  }
  const isShort = size < 10 && step > 0;
  return `${isShort ? Math.round(size * 10) / 10 : Math.round(size)} ${units[step] ?? ''}`;
}
