import { expositionText } from '../../exposition/exposition.ts';
import { kafkaExporterFamilies } from '../../exposition/kafka-exporter.ts';
import { notAllowed, notFound } from '../plain.ts';
import type { Handler } from '../serve.ts';
import type { View } from '../sight.ts';

const type = 'text/plain; version=0.0.4; charset=utf-8';

/** The page of a kafka_exporter beside the brokers: `/metrics`, and nothing else. */
export const kafkaExporterHandler =
  (view: View): Handler =>
  ({ method, path }) => {
    const { messaging } = view.model.see(view.env, view.clock.now()).parts;
    if (messaging === undefined || path.join('/') !== 'metrics') return notFound;
    if (method !== 'GET') return notAllowed('GET');
    return { status: 200, text: expositionText(kafkaExporterFamilies(messaging)), type };
  };
