import { describeGroup, describeTopic } from './describe-operations.ts';
import { resetOffsets } from './reset-operation.ts';
import { addPartitions, createTopic } from './topic-operations.ts';

/** Every operation of this source; a new one is its file and a line here. */
export const kafkaOperations = [resetOffsets, createTopic, addPartitions, describeGroup, describeTopic];
