-- How a device was measured (JSON), where that is set from the server.
ALTER TABLE devices ADD COLUMN profile TEXT;
