import { asObject, type Json } from '../core/json.ts';
import type { ServedType, Subresource } from './served-type.ts';

/**
 * The built-in types that kube-apiserver 1.36 serves by default, in the order of its discovery documents. A line
 * starting with `#` names version and group of the lines below it. The others are
 * `plural|kind|scope|short names|categories|verbs|generation|subresources|blank`; no verbs means `standardVerbs`, and a
 * subresource is a name, or `name=[group/version/]kind:verbs` where it does not serve the type's own kind for get,
 * patch and update.
 */
const table = String.raw`
# v1
bindings|Binding|namespaced|||create
componentstatuses|ComponentStatus|cluster|cs||get,list
configmaps|ConfigMap|namespaced|cm
endpoints|Endpoints|namespaced|ep
events|Event|namespaced|ev|||||{"involvedObject":{},"source":{},"firstTimestamp":null,"lastTimestamp":null,"eventTime":null,"reportingComponent":"","reportingInstance":""}
limitranges|LimitRange|namespaced|limits|||||{"spec":{"limits":null}}
namespaces|Namespace|cluster|ns||create,delete,get,list,patch,update,watch||finalize=Namespace:update status|{"spec":{},"status":{}}
nodes|Node|cluster|no||||proxy=NodeProxyOptions:create,delete,get,patch,update status|{"spec":{},"status":{"daemonEndpoints":{"kubeletEndpoint":{"Port":0}},"nodeInfo":{"machineID":"","systemUUID":"","bootID":"","kernelVersion":"","osImage":"","containerRuntimeVersion":"","kubeletVersion":"","kubeProxyVersion":"","operatingSystem":"","architecture":""}}}
persistentvolumeclaims|PersistentVolumeClaim|namespaced|pvc||||status|{"spec":{"resources":{}},"status":{}}
persistentvolumes|PersistentVolume|cluster|pv||||status|{"spec":{},"status":{}}
pods|Pod|namespaced|po|all||counts|attach=PodAttachOptions:create,get binding=Binding:create ephemeralcontainers eviction=policy/v1/Eviction:create exec=PodExecOptions:create,get log=Pod:get portforward=PodPortForwardOptions:create,get proxy=PodProxyOptions:create,delete,get,patch,update resize status|{"spec":{"containers":null},"status":{}}
podtemplates|PodTemplate|namespaced||||counts||{"template":{"metadata":{},"spec":{"containers":null}}}
replicationcontrollers|ReplicationController|namespaced|rc|all||counts|scale status|{"spec":{},"status":{"replicas":0}}
resourcequotas|ResourceQuota|namespaced|quota||||status|{"spec":{},"status":{}}
secrets|Secret|namespaced
serviceaccounts|ServiceAccount|namespaced|sa||||token=authentication.k8s.io/v1/TokenRequest:create
services|Service|namespaced|svc|all|||proxy=ServiceProxyOptions:create,delete,get,patch,update status|{"spec":{},"status":{"loadBalancer":{}}}
# v1 apiregistration.k8s.io
apiservices|APIService|cluster||api-extensions|||status|{"spec":{"groupPriorityMinimum":0,"versionPriority":0},"status":{}}
# v1 apps
controllerrevisions|ControllerRevision|namespaced||||||{"data":null,"revision":0}
daemonsets|DaemonSet|namespaced|ds|all||counts|status|{"spec":{"selector":null,"template":{"metadata":{},"spec":{"containers":null}},"updateStrategy":{}},"status":{"currentNumberScheduled":0,"numberMisscheduled":0,"desiredNumberScheduled":0,"numberReady":0}}
deployments|Deployment|namespaced|deploy|all||counts|scale status|{"spec":{"replicas":0,"selector":null,"template":{"metadata":{},"spec":{"containers":null}},"strategy":{}},"status":{}}
replicasets|ReplicaSet|namespaced|rs|all||counts|scale status|{"spec":{"replicas":0,"selector":null,"template":{"metadata":{},"spec":{"containers":null}}},"status":{"replicas":0}}
statefulsets|StatefulSet|namespaced|sts|all||counts|scale status|{"spec":{"replicas":0,"selector":null,"template":{"metadata":{},"spec":{"containers":null}},"serviceName":"","updateStrategy":{}},"status":{"replicas":0,"availableReplicas":0}}
# v1 events.k8s.io
events|Event|namespaced|ev|||||{"eventTime":null,"regarding":{},"deprecatedSource":{},"deprecatedFirstTimestamp":null,"deprecatedLastTimestamp":null}
# v1 authentication.k8s.io
selfsubjectreviews|SelfSubjectReview|cluster|||create
tokenreviews|TokenReview|cluster|||create
# v1 authorization.k8s.io
localsubjectaccessreviews|LocalSubjectAccessReview|namespaced|||create
selfsubjectaccessreviews|SelfSubjectAccessReview|cluster|||create
selfsubjectrulesreviews|SelfSubjectRulesReview|cluster|||create
subjectaccessreviews|SubjectAccessReview|cluster|||create
# v2 autoscaling
horizontalpodautoscalers|HorizontalPodAutoscaler|namespaced|hpa|all||counts|status|{"spec":{"scaleTargetRef":{"kind":"","name":""},"maxReplicas":0},"status":{"desiredReplicas":0,"currentMetrics":null}}
# v1 autoscaling
horizontalpodautoscalers|HorizontalPodAutoscaler|namespaced|hpa|all||counts|status|{"spec":{"scaleTargetRef":{"kind":"","name":""},"maxReplicas":0},"status":{"currentReplicas":0,"desiredReplicas":0}}
# v1 batch
cronjobs|CronJob|namespaced|cj|all||counts|status|{"spec":{"schedule":"","jobTemplate":{"metadata":{},"spec":{"template":{"metadata":{},"spec":{"containers":null}}}}},"status":{}}
jobs|Job|namespaced||all||counts|status|{"spec":{"template":{"metadata":{},"spec":{"containers":null}}},"status":{}}
# v1 certificates.k8s.io
certificatesigningrequests|CertificateSigningRequest|cluster|csr||||approval status|{"spec":{"request":null,"signerName":""},"status":{}}
# v1 networking.k8s.io
ingressclasses|IngressClass|cluster||||counts||{"spec":{}}
ingresses|Ingress|namespaced|ing|||counts|status|{"spec":{},"status":{"loadBalancer":{}}}
ipaddresses|IPAddress|cluster|ip|||||{"spec":{}}
networkpolicies|NetworkPolicy|namespaced|netpol|||counts||{"spec":{"podSelector":{}}}
servicecidrs|ServiceCIDR|cluster|||||status|{"spec":{},"status":{}}
# v1 policy
poddisruptionbudgets|PodDisruptionBudget|namespaced|pdb|||counts|status|{"spec":{},"status":{"disruptionsAllowed":0,"currentHealthy":0,"desiredHealthy":0,"expectedPods":0}}
# v1 rbac.authorization.k8s.io
clusterrolebindings|ClusterRoleBinding|cluster||||||{"roleRef":{"apiGroup":"","kind":"","name":""}}
clusterroles|ClusterRole|cluster||||||{"rules":null}
rolebindings|RoleBinding|namespaced||||||{"roleRef":{"apiGroup":"","kind":"","name":""}}
roles|Role|namespaced||||||{"rules":null}
# v1 storage.k8s.io
csidrivers|CSIDriver|cluster||||||{"spec":{}}
csinodes|CSINode|cluster||||||{"spec":{"drivers":null}}
csistoragecapacities|CSIStorageCapacity|namespaced||||||{"storageClassName":""}
storageclasses|StorageClass|cluster|sc|||||{"provisioner":""}
volumeattachments|VolumeAttachment|cluster|||||status|{"spec":{"attacher":"","source":{},"nodeName":""},"status":{"attached":false}}
volumeattributesclasses|VolumeAttributesClass|cluster|vac|||||{"driverName":""}
# v1 admissionregistration.k8s.io
mutatingadmissionpolicies|MutatingAdmissionPolicy|cluster||api-extensions||counts||{"spec":{}}
mutatingadmissionpolicybindings|MutatingAdmissionPolicyBinding|cluster||api-extensions||counts||{"spec":{}}
mutatingwebhookconfigurations|MutatingWebhookConfiguration|cluster||api-extensions||counts
validatingadmissionpolicies|ValidatingAdmissionPolicy|cluster||api-extensions||counts|status|{"spec":{},"status":{}}
validatingadmissionpolicybindings|ValidatingAdmissionPolicyBinding|cluster||api-extensions||counts||{"spec":{}}
validatingwebhookconfigurations|ValidatingWebhookConfiguration|cluster||api-extensions||counts
# v1 apiextensions.k8s.io
customresourcedefinitions|CustomResourceDefinition|cluster|crd,crds|api-extensions||counts|status|{"spec":{"group":"","names":{"plural":"","kind":""},"scope":"","versions":null},"status":{"conditions":null,"acceptedNames":{"plural":"","kind":""},"storedVersions":null}}
# v1 scheduling.k8s.io
priorityclasses|PriorityClass|cluster|pc|||counts||{"value":0}
# v1 coordination.k8s.io
leases|Lease|namespaced||||||{"spec":{}}
# v1 node.k8s.io
runtimeclasses|RuntimeClass|cluster||||||{"handler":""}
# v1 discovery.k8s.io
endpointslices|EndpointSlice|namespaced||||counts||{"addressType":"","endpoints":null,"ports":null}
# v1 resource.k8s.io
deviceclasses|DeviceClass|cluster||||counts||{"spec":{}}
resourceclaims|ResourceClaim|namespaced|||||status|{"spec":{"devices":{"requests":null}},"status":{}}
resourceclaimtemplates|ResourceClaimTemplate|namespaced||||||{"spec":{"metadata":{},"spec":{"devices":{"requests":null}}}}
resourceslices|ResourceSlice|cluster||||counts||{"spec":{"driver":"","pool":{"name":"","generation":0,"resourceSliceCount":0}}}
# v1 flowcontrol.apiserver.k8s.io
flowschemas|FlowSchema|cluster||||counts|status|{"spec":{"priorityLevelConfiguration":{"name":""},"matchingPrecedence":0},"status":{}}
prioritylevelconfigurations|PriorityLevelConfiguration|cluster||||counts|status|{"spec":{"type":""},"status":{}}
`;

/** The verbs of a type that can be read and written, in the order in which discovery names them. */
const standardVerbs = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'] as const;

const subresourceVerbs = ['get', 'patch', 'update'] as const;

/** Types that show another type's objects. */
const sharedStorage: Readonly<Record<string, string>> = { 'events.events.k8s.io': 'events' };

/** Warning texts of kube-apiserver 1.36. */
const warnings: Readonly<Record<string, string>> = {
  endpoints: 'v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice',
  componentstatuses: 'v1 ComponentStatus is deprecated in v1.19+',
};

function splitList(text: string | undefined): readonly string[] {
  return text === undefined || text === '' ? [] : text.split(',');
}

function parseSubresource(text: string, kind: string): Subresource {
  if (text === 'scale')
    return { name: text, group: 'autoscaling', version: 'v1', kind: 'Scale', verbs: subresourceVerbs };
  const [name = '', target] = text.split('=');
  if (target === undefined) return { name, group: '', version: '', kind, verbs: subresourceVerbs };
  const [path = '', verbs] = target.split(':');
  const parts = path.split('/');
  const [group = '', version = ''] = parts.length === 3 ? parts : [];
  return { name, group, version, kind: parts.at(-1) ?? '', verbs: splitList(verbs) };
}

function parseLine(line: string, group: string, version: string): ServedType {
  const [resource = '', kind = '', scope, shortNames, categories, verbs, generation, subresources, blank] =
    line.split('|');
  const name = group === '' ? resource : `${resource}.${group}`;
  const storage = sharedStorage[name] ?? name;
  return {
    group,
    version,
    resource,
    singular: kind.toLowerCase(),
    kind,
    namespaced: scope === 'namespaced',
    shortNames: splitList(shortNames),
    categories: splitList(categories),
    verbs: verbs === undefined || verbs === '' ? standardVerbs : splitList(verbs),
    storage,
    watchCached: storage !== 'events',
    countsGeneration: generation === 'counts',
    subresources:
      subresources === undefined || subresources === ''
        ? []
        : subresources.split(' ').map((text) => parseSubresource(text, kind)),
    blank: blank === undefined || blank === '' ? {} : asObject(JSON.parse(blank) as Json),
    warning: warnings[name],
  };
}

function parseTable(): readonly ServedType[] {
  const types: ServedType[] = [];
  let group = '';
  let version = '';
  for (const line of table.trim().split('\n')) {
    if (line.startsWith('#')) [, version = '', group = ''] = line.split(' ');
    else types.push(parseLine(line, group, version));
  }
  return types;
}

/** In discovery order: by group, within a group by preference of the version, then by plural name. */
export const builtInTypes: readonly ServedType[] = parseTable();
