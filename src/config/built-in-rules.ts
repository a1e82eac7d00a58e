import { clusterType, type AlertRule } from '../core/alert-rule.ts';

const minuteMs = 60_000;

/** Reasons of a container that waits for an image (kubelet 1.36, pkg/kubelet/images/types.go). */
const imageReasons =
  '["ImagePullBackOff", "ErrImagePull", "ErrImageNeverPull", "InvalidImageName", "RegistryUnavailable", "SignatureValidationFailed"]';

/** All containers of a pod whose state the kubelet told. */
const containers = 'status.?containerStatuses.orValue([]) + status.?initContainerStatuses.orValue([])';

const waitsForImage = (list: string): string => `${list}.exists(c, c.state.waiting.reason in ${imageReasons})`;

/** A part of a summary: CEL of one thing with a name, and of several. */
const oneOrMany = (list: string, one: string, many: string): string =>
  `{cel.bind(all, ${list}, size(all) < 2 ? ${one} : ${many})}`;

/** The names of the waiting containers of a pod with one of the reasons, as CEL. */
const waitingNames = (condition: string): string =>
  `(${containers}).filter(c, c.?state.?waiting.?reason.orValue("") ${condition}).map(c, c.name)`;

type BuiltIn = Omit<AlertRule, 'isBuiltIn' | 'resolveAfterMs'> & Partial<Pick<AlertRule, 'resolveAfterMs'>>;

const rules: readonly BuiltIn[] = [
  {
    name: 'crash-loop',
    type: 'pods',
    when: 'status.containerStatuses.exists(c, c.state.waiting.reason == "CrashLoopBackOff") || status.initContainerStatuses.exists(c, c.state.waiting.reason == "CrashLoopBackOff")',
    forMs: 0,
    // Between two waits it runs for a while; the kubelet counts anew after ten minutes.
    resolveAfterMs: 10 * minuteMs,
    severity: 'critical',
    summary: `${oneOrMany(
      waitingNames('== "CrashLoopBackOff"'),
      '"container " + all.join() + " crashes"',
      '"containers " + all.join(", ") + " crash"',
    )} again and again`,
  },
  {
    name: 'image-pull',
    type: 'pods',
    when: `${waitsForImage('status.containerStatuses')} || ${waitsForImage('status.initContainerStatuses')}`,
    forMs: minuteMs,
    severity: 'warning',
    summary: `${oneOrMany(
      waitingNames(`in ${imageReasons}`),
      '"image of container " + all.join()',
      '"images of containers " + all.join(", ")',
    )} cannot be pulled`,
  },
  {
    name: 'pod-pending',
    type: 'pods',
    when: `status.phase == "Pending" && !(${containers}).exists(c, c.?state.?waiting.?reason.orValue("") in ${imageReasons})`,
    forMs: 10 * minuteMs,
    severity: 'warning',
    summary:
      'is pending{cel.bind(m, status.?conditions.orValue([]).filter(c, c.status == "False" && c.?message.orValue("") != "").map(c, c.message), size(m) == 0 ? "" : ": " + m.join(", "))}',
  },
  {
    name: 'node-not-ready',
    type: 'nodes',
    when: 'status.conditions.exists(c, c.type == "Ready" && c.status != "True")',
    forMs: 2 * minuteMs,
    severity: 'critical',
    summary: 'is not ready: {status.conditions.filter(c, c.type == "Ready").map(c, c.?message.orValue(""))}',
  },
  {
    name: 'volume-claim-pending',
    type: 'persistentvolumeclaims',
    when: 'status.phase == "Pending"',
    forMs: 15 * minuteMs,
    severity: 'warning',
    summary: 'is not bound to a volume',
  },
  {
    name: 'volume-claim-lost',
    type: 'persistentvolumeclaims',
    when: 'status.phase == "Lost"',
    forMs: 0,
    severity: 'critical',
    summary: 'has lost its volume {spec.?volumeName.orValue("")}',
  },
  {
    name: 'rollout-stuck',
    type: 'deployments.apps',
    when: 'status.conditions.exists(c, c.type == "Progressing" && c.reason == "ProgressDeadlineExceeded")',
    forMs: 0,
    severity: 'critical',
    summary: 'does not get on: {status.conditions.filter(c, c.type == "Progressing").map(c, c.?message.orValue(""))}',
  },
  {
    name: 'job-failed',
    type: 'jobs.batch',
    when: 'status.conditions.exists(c, c.type == "Failed" && c.status == "True")',
    forMs: 0,
    severity: 'warning',
    summary: 'has failed: {status.conditions.filter(c, c.type == "Failed").map(c, c.?message.orValue(""))}',
  },
  {
    name: 'certificate-ends',
    type: 'secrets',
    // What lives for less than three weeks is renewed within its last one.
    when: 'size(certificates) > 0 && certificates.exists(c, c.notAfter - now < duration("168h") && c.notAfter - c.notBefore > duration("504h"))',
    forMs: 0,
    severity: 'warning',
    summary: oneOrMany(
      'certificates.filter(c, c.notAfter - now < duration("168h")).map(c, string(c.notAfter))',
      '"certificate ends " + all.join()',
      '"certificates end " + all.join(", ")',
    ),
  },
  {
    name: 'certificate-not-renewed',
    type: 'certificates.cert-manager.io',
    when: 'timestamp(status.renewalTime) < now',
    forMs: 60 * minuteMs,
    severity: 'warning',
    summary: 'should have been renewed {status.renewalTime}, and ends {status.?notAfter.orValue("at an unknown time")}',
  },
  {
    name: 'cluster-silent',
    type: clusterType,
    when: '!answers',
    forMs: 5 * minuteMs,
    severity: 'critical',
    summary: 'does not answer: {reason}{error == "" ? "" : ", " + error}',
  },
];

/** The rules that hold unless the configuration takes them away, in the order of their names. */
export const builtInRules: readonly AlertRule[] = rules
  .map((rule) => ({ resolveAfterMs: 0, ...rule, isBuiltIn: true }))
  .toSorted((one, other) => (one.name < other.name ? -1 : 1));
