/**
 * Why arguments may not stand beside `-f` and `-k`, as kubectl 1.36 says it once the files are found and before it reads
 * them; undefined where there are none. Arguments that are wrong in themselves fail with their own message instead.
 * @param forms how the arguments were split: see `ResourceRequests`.
 */
export function argumentsBesideManifests(forms: 'none' | 'list' | 'names' | 'objects'): string | undefined {
  if (forms === 'none') return undefined;
  return forms === 'objects'
    ? 'error: resource/name arguments cannot be provided when a path is specified'
    : 'error: when paths, URLs, or stdin is provided as input, you may not specify resource arguments as well';
}
