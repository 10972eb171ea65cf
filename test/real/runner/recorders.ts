/** The suites that write test/recordings, by the name of the server that they record. */
export const recorders: Readonly<Record<string, string>> = {
  postgres: 'record-postgres',
  'kafka-4': 'record-kafka',
  'kube-control-plane': 'record-kubernetes',
  'kube-node': 'record-kubernetes-node',
  'mongo-java-server': 'record-mongodb',
  loki: 'record-loki',
  moto: 'record-moto',
  redis: 'record-redis',
};
