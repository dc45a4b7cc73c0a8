import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What a schema, a feature or an environment was called that is gone; triggers keep it for requests and histories. */
@Entity('gone_names')
export class GoneName {
  @PrimaryColumn('uuid') id: string;
  @Column('uuid') projectId: string;
  @Column('text') name: string;
}
