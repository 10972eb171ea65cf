/** The way of events through the system: from the producer through Kafka into a collection of MongoDB. */
export interface PipelineSpec {
  readonly producer: string;
  /** Consumer group that processes events, and its service. */
  readonly group: string;
  readonly consumer: string;
  /** Service that stores events. */
  readonly store: string;
  /** Collection with one document per event; the simulator has a sample of them. */
  readonly collection: string;
  /** Queue for events that fail. */
  readonly dlq: string;
  /** Events per request. */
  readonly each: number;
}

/** A problem with events; it ends when none is left behind. */
export interface PipelineIncidentSpec {
  /** Number of documents that stay in PROCESSING. */
  readonly stuck?: number;
  /** Number of messages in the dead-letter queue, from an outage that is over. */
  readonly deadLetters?: number;
  /** Number of documents that have lost their type; a restore replaces them. */
  readonly corrupted?: number;
}
