import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { builtInTypes } from '../../src/simulator/built-in-types.ts';
import type { ServerUnderTest, TestAnswer, TestRequest } from './server-under-test.ts';

const table = 'application/json;as=Table;g=meta.k8s.io;v=v1';
const partialList = 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1';
const partial = 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1';
const aggregated = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';
const mergePatch = 'application/merge-patch+json';

type Value = { readonly [key: string]: any } & readonly any[];
