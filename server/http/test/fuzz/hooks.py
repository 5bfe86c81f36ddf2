import schemathesis

# A zip is sent as the bytes that it is.
schemathesis.serializer.alias("application/zip", "application/octet-stream")
