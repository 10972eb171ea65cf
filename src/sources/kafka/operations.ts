import { describeGroup, describeTopic } from './describe-operations.ts';
import { resetOffsets } from './reset-operation.ts';
import { addPartitions, createTopic } from './topic-operations.ts';

/** All operations of this source. To add one, create its file and list it here. */
export const kafkaOperations = [resetOffsets, createTopic, addPartitions, describeGroup, describeTopic];
