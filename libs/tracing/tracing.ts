import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, NodeTracerProvider } from '@opentelemetry/sdk-trace-node';

/**
 * Sends the spans of this process to an OpenTelemetry collector by OTLP over HTTP (JSON), at `<endpoint>/v1/traces`; without an
 * endpoint nothing is traced, and what makes spans costs next to nothing. Answers how to send what is left, at the end.
 */
export function startTracing(service: string, endpoint: string | null): () => Promise<void> {
  if (endpoint === null) return () => Promise.resolve();
  const exporter = new OTLPTraceExporter({ url: `${endpoint.replace(/\/$/, '')}/v1/traces` });
  const provider = new NodeTracerProvider({
    resource: resourceFromAttributes({ 'service.name': service }),
    spanProcessors: [new BatchSpanProcessor(exporter)],
  });
  provider.register();
  // A collector that is away must not keep the process from ending.
  return () => provider.shutdown().catch(() => undefined);
}
