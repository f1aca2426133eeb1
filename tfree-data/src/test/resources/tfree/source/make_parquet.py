"""Writes the Parquet files of these tests with pyarrow (25.0.1 made the committed ones): python make_parquet.py"""

import pyarrow as pa
import pyarrow.parquet as pq


def text(i):
    if i % 17 == 5:
        return None
    if i % 17 == 6:
        return ""
    return f"row {i}: " + " ".join(["Wörter", "東京", "the model", "slot", "𝄞"][(i * j) % 5] for j in range(i % 13))


ROWS = 120
table = pa.table({
    "id": list(range(ROWS)),
    "text": [text(i) for i in range(ROWS)],
    "translation": [{"de": f"Zeile {i}", "en": None if i % 5 == 0 else f"row {i}"} for i in range(ROWS)],
    "tags": [[f"tag {j}" for j in range(i % 3)] for i in range(ROWS)],
})
small = dict(row_group_size=50, data_page_size=300, write_batch_size=10)
for codec in ["none", "snappy", "zstd", "gzip"]:
    pq.write_table(table, f"{codec}.parquet", compression=codec, **small)
    pq.write_table(table, f"{codec}-v2.parquet", compression=codec, data_page_version="2.0", use_dictionary=False,
                   **small)
pq.write_table(table, "checksums.parquet", compression="none", write_page_checksum=True, **small)
pq.write_table(table, "delta.parquet", use_dictionary=False, column_encoding={"text": "DELTA_BYTE_ARRAY"}, **small)
pq.write_table(table, "delta-length.parquet", use_dictionary=False,
               column_encoding={"text": "DELTA_LENGTH_BYTE_ARRAY"}, **small)
pq.write_table(table, "lz4.parquet", compression="lz4", **small)
pq.write_table(table.slice(0, 0), "no-rows.parquet", **small)
