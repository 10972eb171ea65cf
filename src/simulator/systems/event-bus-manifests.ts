import { eventBusConfig } from './event-bus-cluster.ts';

const indented = (text: string): string => text.replaceAll(/^(?=.)/gm, '    ');

/** What its people keep to be applied: the next release, and its configuration as it is. */
export const eventBusManifests: Readonly<Record<string, string>> = {
  'configmap.yaml': `apiVersion: v1
kind: ConfigMap
metadata:
  name: event-bus-service-config
data:
${Object.entries(eventBusConfig)
  .map(([name, text]) => `  ${name}: |\n${indented(text)}`)
  .join('')}`,
  'deployment.yaml': `apiVersion: apps/v1
kind: Deployment
metadata:
  name: event-bus-service
spec:
  selector:
    matchLabels:
      app: event-bus-service
  template:
    metadata:
      labels:
        app: event-bus-service
    spec:
      containers:
        - name: event-bus-service
          image: registry.trademaster.example/event-bus-service:1.1.0
          resources:
            requests:
              cpu: 500m
              memory: 2Gi
            limits:
              cpu: "2"
              memory: 2560Mi
`,
};
