-- Made by biboumi 9.0 (Debian 12): options through its commands, two lines of talk, one subscription.
CREATE TABLE after_connection_commands_ (id_ INTEGER PRIMARY KEY AUTOINCREMENT,fk_ INTEGER,afterconnectioncommand_ TEXT);
INSERT INTO "after_connection_commands_" VALUES(1,1,'MODE Romeo +i');
INSERT INTO "after_connection_commands_" VALUES(2,1,'WHOIS x');
CREATE TABLE globaloptions_ (id_ INTEGER PRIMARY KEY AUTOINCREMENT,owner_ TEXT,maxhistorylength_ INTEGER,recordhistory_ INTEGER,persistent_ INTEGER);
INSERT INTO "globaloptions_" VALUES(1,'romeo@x.test',30,1,0);
CREATE TABLE ircchanneloptions_ (id_ INTEGER PRIMARY KEY AUTOINCREMENT,owner_ TEXT,server_ TEXT,channel_ TEXT,encodingout_ TEXT,encodingin_ TEXT,maxhistorylength_ INTEGER,persistent_ INTEGER,recordhistory_ INTEGER);
INSERT INTO "ircchanneloptions_" VALUES(1,'romeo@x.test','127.0.0.1','#verona','','KOI8-R',0,1,0);
INSERT INTO "ircchanneloptions_" VALUES(2,'romeo@x.test','127.0.0.1','#a','','',0,0,-1);
INSERT INTO "ircchanneloptions_" VALUES(3,'romeo@x.test','127.0.0.1','#b','','',0,0,1);
INSERT INTO "ircchanneloptions_" VALUES(4,'romeo@x.test','127.0.0.1','#c','','',0,0,0);
CREATE TABLE ircserveroptions_ (id_ INTEGER PRIMARY KEY AUTOINCREMENT,owner_ TEXT,server_ TEXT,pass_ TEXT,tlsports_ TEXT,ports_ TEXT,username_ TEXT,realname_ TEXT,verifycert_ INTEGER,trustedfingerprint_ TEXT,encodingout_ TEXT,encodingin_ TEXT,maxhistorylength_ INTEGER,address_ TEXT,nick_ TEXT,saslpassword_ TEXT,throttlelimit_ INTEGER);
INSERT INTO "ircserveroptions_" VALUES(1,'romeo@x.test','127.0.0.1','door','','16667;','montague','Romeo M.',0,'','','ISO-8859-15',0,'','Romeo','',5);
CREATE TABLE muclogline_ (id_ INTEGER PRIMARY KEY AUTOINCREMENT,uuid_ TEXT,owner_ TEXT,ircchanname_ TEXT,ircservername_ TEXT,date_ INTEGER,body_ TEXT,nick_ TEXT);
INSERT INTO "muclogline_" VALUES(1,'f9a045ce-b184-41bb-978e-26cc937a475f','romeo@x.test','#verona','127.0.0.1',1795265336,'Wherefore <3 & "é"?','juliet');
INSERT INTO "muclogline_" VALUES(2,'82519676-2983-41c6-8995-080bbfa85397','romeo@x.test','#verona','127.0.0.1',1795265336,'/me sighs','juliet');
CREATE TABLE roster (local TEXT,remote TEXT);
INSERT INTO "roster" VALUES('127.0.0.1@bib.test','romeo@x.test');
CREATE INDEX archive_index ON muclogline_(owner_,ircchanname_,ircservername_);
