/**
 * Sends the spans of this process to an OpenTelemetry collector by OTLP over HTTP (JSON), at `<endpoint>/v1/traces`; without an
 * endpoint nothing is traced, and what makes spans costs next to nothing. Answers how to send what is left, at the end.
 */
export async function startTracing(service: string, endpoint: string | null): Promise<() => Promise<void>> {
  if (endpoint === null) return () => Promise.resolve();
  // Only where it is used: loading it is a tenth of a start.
  const { OTLPTraceExporter } = await import('@opentelemetry/exporter-trace-otlp-http');
  const { resourceFromAttributes } = await import('@opentelemetry/resources');
  const { BatchSpanProcessor, NodeTracerProvider } = await import('@opentelemetry/sdk-trace-node');
  const exporter = new OTLPTraceExporter({ url: `${endpoint.replace(/\/$/, '')}/v1/traces` });
  const provider = new NodeTracerProvider({
    resource: resourceFromAttributes({ 'service.name': service }),
    spanProcessors: [new BatchSpanProcessor(exporter)],
  });
  provider.register();
  // A collector that is away must not keep the process from ending.
  return () => provider.shutdown().catch(() => undefined);
}
