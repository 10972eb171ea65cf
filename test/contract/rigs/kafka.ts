import { decodeResponse, encodeResponse } from '../../../src/clients/kafka/call.ts';
import { metadata } from '../../../src/clients/kafka/cluster-calls.ts';
import { offsetFetch } from '../../../src/clients/kafka/group-calls.ts';
import { SystemModel } from '../../../src/simulator/model/system-model.ts';
import { startKafkaEndpoint } from '../../../src/simulator/servers/kafka/endpoint.ts';
import { systemSpec } from '../../../src/simulator/systems.ts';
import type { Stage, Wire } from '../../../src/testing/source-rig.ts';
import { manualClock } from '../../support/manual-clock.ts';
import { forward, type KafkaFailureMode, kafkaFailureModes, kafkaFront } from '../kafka-front.ts';
import { kafkaRig } from './kafka-facts.ts';

const clock = manualClock();

const openWire = async (): Promise<Wire<KafkaFailureMode>> => {
  const model = new SystemModel(systemSpec('saga'), { startedAt: clock.now() });
  const { messaging } = model.layout('production').parts;
  const topic = messaging?.topics.get('saga-events');
  // A group without members, for operations that require one.
  if (topic !== undefined) messaging?.commit('replay', topic, 0, topic.end(0));
  const front = kafkaFront();
  const wire = await startKafkaEndpoint({ model, clock, env: 'production' }, (request) => {
    front.receive({ ...request, answer: async () => request.answer() });
    return true;
  });
  return {
    ...front,
    url: wire.vars.kafka ?? '',
    denyOnly: (calls) =>
      front.setHandler(async (request) => {
        const { name, correlation, socket, answer } = request;
        if (name !== offsetFetch.name) return forward(request);
        const response = decodeResponse(offsetFetch, (await answer()).subarray(8));
        const groups = response.groups.map((group) =>
          calls.test(`${name} ${group.group}`) ? { ...group, topics: [], error: 30 } : group,
        );
        socket.write(encodeResponse(offsetFetch, correlation, { ...response, groups }));
      }),
    turnStranger: () =>
      front.setHandler(async (request) => {
        const { name, correlation, socket, answer } = request;
        if (name !== metadata.name) return forward(request);
        const response = decodeResponse(metadata, (await answer()).subarray(8));
        socket.write(encodeResponse(metadata, correlation, { ...response, clusterId: 'another' }));
      }),
    close: () => wire.close(),
  };
};

/** Three brokers of the simulator, and the failure modes of the path to them. */
export const kafkaStage: Stage<KafkaFailureMode> = {
  failureModes: kafkaFailureModes,
  call: /^(broker \d+|127\.0\.0\.1:\d+).*: \S/,
  clock: () => clock,
  open: openWire,
  rig: kafkaRig,
};
