import { admissionTables } from './admission.ts';
import { apiExtensionTables } from './api-extension.ts';
import { autoscalingTables } from './autoscaling.ts';
import { certificatesTables } from './certificates.ts';
import { configurationTables } from './configuration.ts';
import { eventTables } from './event.ts';
import { flowControlTables } from './flow-control.ts';
import { ingressTables } from './ingress.ts';
import { jobTables } from './job.ts';
import { nodeTables } from './node.ts';
import { podGroupTables } from './pod-group.ts';
import { podTables } from './pod.ts';
import { rbacTables } from './rbac.ts';
import { resourceClaimTables } from './resource-claim.ts';
import { serviceTables } from './service.ts';
import { storageTables } from './storage.ts';
import type { TableOfVersion } from './table.ts';
import { workloadTables } from './workload.ts';

/**
 * Every type with a printer of its own in kube-apiserver 1.36, alpha ones included, by `plural.group`. A type that is
 * not here has the default table.
 */
export const builtInTables: ReadonlyMap<string, TableOfVersion> = new Map(
  [
    podTables,
    nodeTables,
    workloadTables,
    jobTables,
    serviceTables,
    ingressTables,
    storageTables,
    eventTables,
    configurationTables,
    autoscalingTables,
    rbacTables,
    admissionTables,
    flowControlTables,
    certificatesTables,
    resourceClaimTables,
    podGroupTables,
    apiExtensionTables,
  ].flatMap((tables) => Object.entries(tables)),
);
