/** A record that is copied, as {@link CopiesRepository.read} has it. Moments are microseconds since 1970. */
export interface SourceRow {
  id: string;
  data_values: Record<string, unknown>;
  schema_version: number;
  pick_key: number;
  created_by: string;
  created: number;
  /** The moment that its values are right for, where that is another one. */
  valued: number | null;
  /** Whether the copy has the status and the use of its original; otherwise it is active. */
  has_state: boolean;
  status: 'active' | 'used' | 'invalid';
  used: number | null;
  used_by: string | null;
  feature_id: string | null;
}
